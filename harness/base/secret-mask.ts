/**
 * Hides secrets in text. Finds a secret in either case of its letters, as written in URLs and JSON (any of its characters escaped,
 * in either case of the hex digits), from its end to its begin, with a separator between its characters, as hex digits of
 * its bytes, and in base64 at any offset of the encoded bytes: `Basic dXNlcjpwYXNz` holds a password from its sixth byte on. A secret shorter than `SECRET_CHARS_MIN` also occurs in ordinary words,
 * so it is masked only in a text that consists of nothing else.
 */
import { lookUp } from './names.ts'

/** The replacement of a secret. */
export const MASK = '***'

/** The minimum length of a secret that is found inside other text. */
export const SECRET_CHARS_MIN = 6
/** The minimum length of a base64 form; shorter ones would match by chance. */
const BASE64_CHARS_MIN = 5
/** Longer secrets (keys, certificates) are found piece by piece, so that no pattern exceeds the limits of the engine. */
const PIECE_CHARS_MAX = 200
/** One at most, between the characters of a secret or the digits of its bytes: `h u n t e r`, `68:75:6e`. */
const SEPARATOR = '[\\s:._-]?'
const LOOKS_SPECIAL = /[\\^$.*+?()[\]{}|/-]/
const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Masks every secret in a text. */
export type MaskText = (text: string) => string

/** Creates the mask for the secrets of a run; empty values are ignored. Values that the record gains later are masked from then on. */
export function createMask(secrets: Readonly<Record<string, string>>): MaskText {
  let count = Object.keys(secrets).length
  let mask = maskOf(Object.values(secrets))
  return (text) => {
    const countNow = Object.keys(secrets).length
    if (countNow !== count) mask = maskOf(Object.values(secrets))
    count = countNow
    return mask(text)
  }
}

function maskOf(all: readonly string[]): MaskText {
  const values = all.filter((secret) => secret !== '')
  const isShort = (secret: string) => [...secret].length < SECRET_CHARS_MIN
  // The longest first, so that a secret which contains another leaves nothing behind.
  const pieces = [...new Set(values.filter((secret) => !isShort(secret)).flatMap(piecesOf))].sort(byLength)
  const inside = pieces.flatMap((piece) => [
    escapedPattern(piece, SEPARATOR),
    escapedPattern([...piece].reverse().join(''), SEPARATOR),
    digitsPattern(piece),
    ...base64Patterns(piece),
  ])
  const whole = values.filter(isShort).map((secret) => escapedPattern(secret))
  const forms = [
    ...(inside.length > 0 ? [`(?:${inside.join('|')})+`] : []),
    ...(whole.length > 0 ? [`^(?:${whole.join('|')})$`] : []),
  ]
  if (forms.length === 0) return (text) => text
  const pattern = new RegExp(forms.join('|'), 'g')
  return (text) => text.replace(pattern, MASK)
}

export interface MaskDataOptions {
  /** Keys whose values hold no secret and would be damaged by a chance match, such as base64. */
  readonly ours?: readonly string[]
  /** Keys and texts that occur in every document of the kind and reveal nothing. */
  readonly words?: ReadonlySet<string>
  /** Names with their replacements, so that two names which differ only by a secret stay two. */
  readonly names?: ReadonlyMap<string, string>
}

/**
 * Copies plain data with every text and every key masked; numbers stay as they are. A short secret is never
 * masked in a key unless the key is a name; keys that become equal are numbered.
 */
export function maskData<T>(data: T, mask: MaskText, options: MaskDataOptions = {}): T {
  const { ours = [], words = NO_WORDS, names = NO_NAMES } = options
  const maskedText = (text: string): string => (words.has(text) ? text : (names.get(text) ?? mask(text)))
  const maskedKey = (key: string, taken: ReadonlySet<string>): string => {
    const name = words.has(key) ? key : names.get(key)
    return name ?? (key.length < SECRET_CHARS_MIN ? key : unlike(taken, key, mask(key)))
  }
  const maskedEntries = (object: object): [string, unknown][] => {
    const entries = Object.entries(object)
    const taken = new Set(entries.map(([key]) => key))
    return entries.map(([key, value]) => {
      if (ours.includes(key)) return [key, value]
      const safeKey = maskedKey(key, taken)
      taken.add(safeKey)
      return [safeKey, masked(value)]
    })
  }
  const masked = (part: unknown): unknown => {
    if (typeof part === 'string') return maskedText(part)
    if (Array.isArray(part)) return part.every(isNumber) ? part : part.map(masked)
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part
    return Object.fromEntries(maskedEntries(part))
  }
  return masked(data) as T
}

const NO_WORDS: ReadonlySet<string> = new Set()
const NO_NAMES: ReadonlyMap<string, string> = new Map()

/** Returns the replacement of each name that holds a secret; numbered where two would become equal. */
export function maskNames(names: Iterable<string>, mask: MaskText): Map<string, string> {
  const different = new Set(names)
  const taken = new Set(different)
  const masked = new Map<string, string>()
  for (const name of different) {
    const safe = unlike(taken, name, mask(name))
    if (safe === name) continue
    taken.add(safe)
    masked.set(name, safe)
  }
  return masked
}

/** Returns the masked text, numbered when it is taken. */
function unlike(taken: ReadonlySet<string>, text: string, masked: string): string {
  if (masked === text) return text
  let different = masked
  for (let number = 2; taken.has(different); number++) different = `${masked} (${number})`
  return different
}

function isNumber(part: unknown): boolean {
  return typeof part === 'number'
}

/** Splits a secret into pieces of about equal length, so that none is so short that it matches by chance. */
function piecesOf(secret: string): string[] {
  const characters = [...secret]
  const count = Math.ceil(characters.length / PIECE_CHARS_MAX)
  const size = Math.ceil(characters.length / count)
  return Array.from({ length: count }, (_, i) => characters.slice(i * size, (i + 1) * size).join(''))
}

function byLength(a: string, b: string): number {
  return b.length - a.length
}

/** Builds a pattern with each character as itself or escaped, to match the output of any encoder. */
function escapedPattern(secret: string, between = ''): string {
  return [...secret].map(characterPattern).join(between)
}

/** Builds a pattern for the bytes of a secret in hex. */
function digitsPattern(secret: string): string {
  return [...Buffer.from(secret, 'utf8')].map((byte) => hexPattern(byte, 2)).join(SEPARATOR)
}

function characterPattern(character: string): string {
  const forms = [...casesOf(character).map(literal), percentPattern(character), unicodePattern(character)]
  const escaped = lookUp(JSON_ESCAPES, character)
  // The escaped form first: of `\\` in JSON the plain one would leave half behind.
  if (escaped !== undefined) forms.unshift(literal(escaped))
  if (character === ' ') forms.push('\\+')
  return `(?:${forms.join('|')})`
}

function casesOf(character: string): string[] {
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])]
}

function percentPattern(character: string): string {
  return [...Buffer.from(character, 'utf8')].map((byte) => `%${hexPattern(byte, 2)}`).join('')
}

function unicodePattern(character: string): string {
  return character
    .split('')
    .map((unit) => `\\\\u${hexPattern(unit.charCodeAt(0), 4)}`)
    .join('')
}

function hexPattern(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, '0')
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
}

function literal(text: string): string {
  return text
    .split('')
    .map((character) => (LOOKS_SPECIAL.test(character) ? `\\${character}` : character))
    .join('')
}

/**
 * Returns the base64 digits that depend on the secret alone, for each of its three possible offsets in a group of three bytes.
 */
function base64Patterns(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const digits = [0, 1, 2].map((offset) => {
    const all = Buffer.concat([Buffer.alloc(offset), bytes])
    return all.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((all.length * 8) / 6))
  })
  return digits.filter((text) => text.length >= BASE64_CHARS_MIN).map(base64Pattern)
}

/** Builds a pattern for both base64 alphabets, plain or escaped for a URL. */
function base64Pattern(digits: string): string {
  return digits.replaceAll(/[+/]/g, (digit) => (digit === '+' ? '(?:[+-]|%2[bB])' : '(?:[/_]|\\\\/|%2[fF])'))
}
