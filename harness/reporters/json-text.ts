import { UNSEEN } from '../base/visible.ts'

/** JSON for a file that people look at, too: what would steer a terminal or hide in an editor is written as an escape. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
  return `${text.replace(UNSEEN, (character) => (character === '\n' ? '\n' : escapesOf(character)))}\n`
}

/** One escape for each UTF-16 unit. */
function escapesOf(character: string): string {
  return Array.from({ length: character.length }, (_, i) => character.charCodeAt(i).toString(16))
    .map((unit) => `\\u${unit.padStart(4, '0')}`)
    .join('')
}
