/** JSON whose numbers keep their digits: an id of twenty digits, a version `1.10`. */
import { isLosslessNumber, parse, stringify } from 'lossless-json'
import { requireShallow } from './parse-json.ts'

/** A number that a double would not write as it is written here: many digits, a zero at the end, an exponent, `-0`. */
const UNUSUAL_NUMBER = /\d{16}|\.\d*0(?!\d)|\d[eE][+-]?\d|-0(?![.\d])/

/** Parses a JSON text; numbers that a double would change are objects that know their digits. @throws SyntaxError */
export function parseJsonNumbers(text: string): unknown {
  requireShallow(text)
  return UNUSUAL_NUMBER.test(text)
    ? parse(text, null, { onDuplicateKey: ({ newValue }) => newValue })
    : JSON.parse(text)
}

/** Tells a number that knows its digits. */
export function isNumberText(value: unknown): boolean {
  return isLosslessNumber(value)
}

/** The text of a JSON value for a place that holds text: that of a string is the string. */
export function textOfJson(value: unknown): string {
  return typeof value === 'string' ? value : (stringify(value) ?? '')
}
