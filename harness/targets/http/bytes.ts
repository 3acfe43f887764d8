/** Comparing and cutting protocol text as bytes, without making strings of it. */

export const TAB = 9
export const LF = 10
export const CR = 13
export const SPACE = 32
export const COMMA = 44
export const COLON = 58
export const SEMICOLON = 59
const QUOTE = 34
const EQUALS = 61
const BACKSLASH = 92

/** 1 for the bytes that a header name may hold (RFC 9110 `tchar`). */
export const TOKEN_BYTES = new Uint8Array(256)
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  TOKEN_BYTES[character.charCodeAt(0)] = 1

/** 1 for the bytes that a header value may hold (RFC 9110 section 5.5): blanks, visible ASCII, and all beyond it. */
const VALUE_BYTES = new Uint8Array(256).fill(1, 32).fill(0, 127, 128)
VALUE_BYTES[TAB] = 1

/** First place at or after `start` that cannot be part of a header name. */
export function tokenEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && TOKEN_BYTES[bytes[at] as number] === 1) at++
  return at
}

/** Returns true when all bytes are allowed in a header value. */
export function isFieldValue(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (VALUE_BYTES[bytes[at] as number] === 0) return false
  return true
}

/** `;name=token;name="text";name` (RFC 9112 section 7.1.1), without blanks. @param start at the first semicolon */
export function areChunkExtensions(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end && bytes[at] === SEMICOLON) {
    const nameEnd = tokenEnd(bytes, at + 1, end)
    if (nameEnd === at + 1) return false
    at = bytes[nameEnd] === EQUALS && nameEnd < end ? extensionValueEnd(bytes, nameEnd + 1, end) : nameEnd
  }
  return at === end
}

/** Behind a token or a quoted text; -1 when there is neither. */
function extensionValueEnd(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== QUOTE) return start === end ? -1 : tokenEnd(bytes, start, end)
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === QUOTE) return at + 1
    else if (VALUE_BYTES[bytes[at] as number] === 0) return -1
  }
  return -1
}

/** Bytes of a lower-case word to compare with. */
export function wordBytes(word: string): Uint8Array {
  return Buffer.from(word, 'latin1')
}

/** Returns true when the word is at `start`, ignoring case. Words hold letters and `-`, for both of which `| 32` is correct. */
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

/** Returns true when a comma-separated list contains the word. */
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

/** Returns true when the word is the last item of a comma-separated list. */
export function lastOfList(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  let from = end
  while (from > start && bytes[from - 1] !== COMMA) from--
  return listHolds(bytes, from, end, word)
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
