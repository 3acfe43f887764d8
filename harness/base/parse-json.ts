/** JSON that somebody else wrote: a few kilobytes of brackets, compressed, stand for millions of levels, which take a parser seconds. */

/** More levels than any document has that people or programs write. */
const LEVELS_MAX = 1000
/** A shorter text is parsed at once, however deep. */
const LOOKED_AT_FROM_CHARS = 64 * 1024

const QUOTE = 34
const BACKSLASH = 92

/** Parses JSON. @throws SyntaxError also when it is nested too deep */
export function parseJson(text: string): unknown {
  requireShallow(text)
  return JSON.parse(text)
}

/** @throws SyntaxError when a long text has more than 1000 levels */
export function requireShallow(text: string): void {
  if (text.length < LOOKED_AT_FROM_CHARS) return
  let levels = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (isOpening(code) && ++levels > LEVELS_MAX)
      throw new SyntaxError(`it has more than ${LEVELS_MAX} levels, the last at character ${at}`)
    else if (isClosing(code)) levels--
  }
}

/** Finds the quote that ends a string. @param start of its first quote */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return text.length
}

/** `[` or `{` */
function isOpening(code: number): boolean {
  return code === 91 || code === 123
}

/** `]` or `}` */
function isClosing(code: number): boolean {
  return code === 93 || code === 125
}
