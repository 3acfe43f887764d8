/**
 * Calls in templates: `{{randomInteger(1, 6)}}`, `{{uuid()#order}}`. A call is parsed once; its value is a function of where it
 * stands and of the request that is put together, so that a request put together twice is the same request.
 */
import { isoOf } from './clock.ts'
import { HarnessError } from './errors.ts'
import { lookUp } from './names.ts'
import { nearestName } from './nearest-name.ts'
import { parseDurationMs } from './units.ts'

/** The things that the value of a call may depend on; all of them are the same for one request, however often it is put together. */
export interface CallSource {
  /** Returns draw number `index` of the call: uniform in [0, 1). */
  draw(index: number): number
  /** Returns the instant at which the request was first put together, ms since 1970. */
  wallMs(): number
  /** Returns how many numbers of a counter were given out before, by all threads. */
  counted(counter: string): number
  /** Returns how often the agent has been at this place before. */
  passed(): number
}

/** Makes the value of a call. */
export type CallValue = (source: CallSource) => string

interface TemplateFunction {
  /** The way to write it, for people. */
  readonly usage: string
  /** @throws HarnessError or BadArgument */
  readonly compile: (args: readonly string[]) => CallValue
}

/** A word before a parenthesis, and a label: a call, whatever variables are called. */
const CALL = /^([A-Za-z]\w*)\((.*)\)(?:#(.+))?$/s
/** An argument: in single quotes, or everything up to the next comma. */
const ARGUMENT = /\s*(?:'([^']*)'\s*|([^,']*))(,|$)/y
const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const CHARS_MAX = 100_000
const DIGITS_MAX = 15

class BadArgument extends Error {}

/** A call, parsed. */
export interface TemplateCall {
  readonly name: string
  readonly args: readonly string[]
  /** Calls with the same label and text have the same value within a request; null: it has one of its own. */
  readonly label: string | null
  readonly value: CallValue
}

/** The fault of a call, for people. */
export interface CallProblem {
  readonly message: string
  readonly expected: string
  readonly nearest?: string
}

const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  uuid: { usage: 'uuid()', compile: uuid },
  randomInteger: { usage: 'randomInteger(lowest, highest)', compile: randomInteger },
  randomNumber: { usage: 'randomNumber(lowest, highest, decimals)', compile: randomNumber },
  randomChoice: { usage: 'randomChoice(red, green, blue)', compile: randomChoice },
  randomString: { usage: 'randomString(length, characters)', compile: randomString },
  now: { usage: 'now(+1h)', compile: (args) => instant(args, (ms) => isoOf(ms)) },
  date: {
    usage: 'date(+1d)',
    compile: (args) => instant(args, (ms) => isoOf(ms).slice(0, 10)),
  },
  unix: { usage: 'unix(+1h)', compile: (args) => instant(args, (ms) => String(Math.floor(ms / 1000))) },
  unixMs: { usage: 'unixMs(-5m)', compile: (args) => instant(args, (ms) => String(Math.floor(ms))) },
  counter: { usage: 'counter(name, first)', compile: counter },
  sequence: { usage: 'sequence(first, step)', compile: sequence },
}

/** Ways to write each function, for people. */
export const FUNCTION_USAGES: readonly string[] = Object.values(FUNCTIONS).map(({ usage }) => usage)

/** Tells a call from the name of a variable. */
export function isCall(variable: string): boolean {
  return CALL.test(variable)
}

/** Parses what `isCall` takes for a call. */
export function parseCall(text: string): TemplateCall | CallProblem {
  const [, name = '', inner = '', label] = CALL.exec(text) ?? []
  const found = lookUp(FUNCTIONS, name)
  if (found === undefined) return unknownFunction(name)
  try {
    const args = argumentsOf(inner)
    return { name, args, label: label ?? null, value: found.compile(args) }
  } catch (error) {
    if (!(error instanceof BadArgument) && !(error instanceof HarnessError)) throw error
    return { message: `${text}: ${error.message}`, expected: found.usage }
  }
}

/** Returns a call with a label for the place where it stands, unless its author gave it one. @param place without braces */
export function placedCall(text: string, place: string): string {
  return text.endsWith(')') ? `${text}#${place}` : text
}

/** Returns the counter that a call takes its numbers from; null when it counts nothing. */
export function counterOf(text: string): string | null {
  if (!isCall(text)) return null
  const call = parseCall(text)
  return 'value' in call && call.name === 'counter' ? (call.args[0] ?? '') : null
}

function unknownFunction(name: string): CallProblem {
  const nearest = nearestName(name, Object.keys(FUNCTIONS))
  return {
    message: `there is no function '${name}'`,
    expected: `one of ${FUNCTION_USAGES.join(', ')}`,
    ...(nearest === undefined ? {} : { nearest: (lookUp(FUNCTIONS, nearest) as TemplateFunction).usage }),
  }
}

function argumentsOf(inner: string): string[] {
  if (inner.trim() === '') return []
  const args: string[] = []
  ARGUMENT.lastIndex = 0
  for (;;) {
    const match = ARGUMENT.exec(inner)
    if (match === null)
      throw new BadArgument('the arguments cannot be read; texts with commas stand in single quotes')
    const [, quoted, bare = '', end] = match
    args.push(quoted ?? bare.trim())
    if (end === '') return args
  }
}

function requireCount(args: readonly string[], min: number, max: number): void {
  if (args.length < min || args.length > max)
    throw new BadArgument(
      max === 0
        ? 'takes no arguments'
        : `takes ${min === max ? min : `${min} to ${max}`} arguments, has ${args.length}`,
    )
}

function numberOf(text: string | undefined, isWhole: boolean): number {
  const value = Number(text)
  if (text === '' || !Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value)))
    throw new BadArgument(`'${text}' is no ${isWhole ? 'whole ' : ''}number`)
  return value
}

function rangeOf(args: readonly string[], isWhole: boolean): readonly [low: number, high: number] {
  const [low, high] = [numberOf(args[0], isWhole), numberOf(args[1], isWhole)]
  if (low > high) throw new BadArgument(`${low} is more than ${high}`)
  if (!Number.isSafeInteger(Math.ceil(high - low))) throw new BadArgument('the range is too wide')
  return [low, high]
}

function randomInteger(args: readonly string[]): CallValue {
  requireCount(args, 2, 2)
  const [low, high] = rangeOf(args, true)
  return (source) => String(low + Math.floor(source.draw(0) * (high - low + 1)))
}

function randomNumber(args: readonly string[]): CallValue {
  requireCount(args, 2, 3)
  const [low, high] = rangeOf(args, false)
  const digits = args[2] === undefined ? 2 : numberOf(args[2], true)
  if (digits < 0 || digits > DIGITS_MAX) throw new BadArgument(`decimals are 0 to ${DIGITS_MAX}`)
  return (source) => (low + source.draw(0) * (high - low)).toFixed(digits)
}

function randomChoice(args: readonly string[]): CallValue {
  if (args.length === 0) throw new BadArgument('there is nothing to choose from')
  return (source) => args[Math.floor(source.draw(0) * args.length)] as string
}

function randomString(args: readonly string[]): CallValue {
  requireCount(args, 1, 2)
  const length = numberOf(args[0], true)
  if (length < 1 || length > CHARS_MAX) throw new BadArgument(`a length is 1 to ${CHARS_MAX}`)
  const characters = [...(args[1] ?? LETTERS_AND_DIGITS)]
  if (characters.length === 0) throw new BadArgument('there are no characters to choose from')
  return (source) => {
    let text = ''
    for (let i = 0; i < length; i++) text += characters[Math.floor(source.draw(i) * characters.length)]
    return text
  }
}

function uuid(args: readonly string[]): CallValue {
  requireCount(args, 0, 0)
  return uuidOf
}

/** A random UUID (RFC 9562, version 4). */
function uuidOf(source: CallSource): string {
  const hex = [0, 1, 2, 3]
    .map((i) =>
      Math.floor(source.draw(i) * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
  const variant = '89ab'[Math.floor(source.draw(4) * 4)]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

function instant(args: readonly string[], format: (wallMs: number) => string): CallValue {
  requireCount(args, 0, 1)
  const [offset = '+0s'] = args
  const [, sign, time = ''] = /^([+-]?)(.*)$/.exec(offset) ?? []
  const offsetMs = (sign === '-' ? -1 : 1) * parseDurationMs(time)
  return (source) => format(source.wallMs() + offsetMs)
}

function counter(args: readonly string[]): CallValue {
  requireCount(args, 0, 2)
  const first = args[1] === undefined ? 1 : numberOf(args[1], true)
  const [name = ''] = args
  return (source) => String(first + source.counted(name))
}

function sequence(args: readonly string[]): CallValue {
  requireCount(args, 0, 2)
  const first = args[0] === undefined ? 1 : numberOf(args[0], true)
  const step = args[1] === undefined ? 1 : numberOf(args[1], true)
  return (source) => String(first + step * source.passed())
}
