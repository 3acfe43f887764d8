/** Comparing and cutting protocol text as bytes, without making strings of it. */

export const TAB = 9
export const LF = 10
export const CR = 13
export const SPACE = 32
export const COMMA = 44
export const COLON = 58
export const SEMICOLON = 59

/** 1 for the bytes that a header name may hold (RFC 9110 `tchar`). */
export const TOKEN_BYTES = new Uint8Array(256)
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  TOKEN_BYTES[character.charCodeAt(0)] = 1

/** Bytes of a lower-case word to compare with. */
export function wordBytes(word: string): Uint8Array {
  return Buffer.from(word, 'latin1')
}

/** Whether the word stands at `start`, in any case. Words hold letters and `-`, on both of which `| 32` is right. */
export function wordAt(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (((bytes[start + i] as number) | 32) !== word[i]) return false
  return true
}

/** First place at or after `start` that is not a blank. */
export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++
  return at
}

/** `end` without the blanks before it. */
export function trimBlanks(bytes: Uint8Array, start: number, end: number): number {
  let to = end
  while (to > start && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB)) to--
  return to
}

/** Whether a comma-separated list holds the word. */
export function listHolds(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  for (let from = start; from < end; ) {
    let to = from
    while (to < end && bytes[to] !== COMMA) to++
    const first = skipBlanks(bytes, from, to)
    if (trimBlanks(bytes, first, to) - first === word.length && wordAt(bytes, first, word)) return true
    from = to + 1
  }
  return false
}

/** Whole number written in digits only; -1 when it is anything else, Infinity beyond what is exact. */
export function digitsAt(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.POSITIVE_INFINITY
}

/** Value of a hexadecimal digit; -1 when it is none. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
