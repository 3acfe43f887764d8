const MESSAGE_CHARACTERS_MAX = 300

/**
 * Passes on the first message only, cut to 300 characters: the watched service may fail every second, with messages of any
 * length.
 */
export function sayOnce(note: (message: string) => void): (message: string) => void {
  let said = false
  return (message) => {
    if (said) return
    said = true
    note(message.slice(0, MESSAGE_CHARACTERS_MAX))
  }
}
