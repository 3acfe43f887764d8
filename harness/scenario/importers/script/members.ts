/** Values of a script put together: members, numbers and parsed texts. */
import { lookUp } from '../../../base/names.ts'
import { AnswerValue, FileText, HEADERS, JsonText, RangeValue, RowsValue, UNKNOWN } from './values.ts'

/** A member of a value that is known; undefined where the world may know more. */
export function memberOf(owner: unknown, key: unknown): unknown {
  if (owner instanceof AnswerValue) return memberOfAnswer(owner, key)
  if (owner instanceof RowsValue) return memberOfRows(owner, key)
  if (owner instanceof FileText) return owner
  if (Array.isArray(owner))
    return key === 'length' ? owner.length : (owner[typeof key === 'number' ? key : 0] ?? UNKNOWN)
  if (isPlain(owner) && isKey(key)) return lookUp(owner, String(key)) ?? UNKNOWN
  return undefined
}

function isKey(key: unknown): key is string | number {
  return typeof key === 'string' || typeof key === 'number'
}

function memberOfAnswer(owner: AnswerValue, key: unknown): unknown {
  const { step, path } = owner
  if (path !== null) return isKey(key) ? new AnswerValue(step, [...path, key]) : UNKNOWN
  if (key === 'body') return owner
  return key === 'headers' ? new AnswerValue(step, [HEADERS]) : UNKNOWN
}

function memberOfRows({ feeder, isRow }: RowsValue, key: unknown): unknown {
  if (!isRow) return key === 'length' ? UNKNOWN : new RowsValue(feeder, true)
  return typeof key === 'string' ? `{{${feeder}.${key}}}` : UNKNOWN
}

/** Tells a plain object of the script. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(
      value instanceof AnswerValue ||
      value instanceof RowsValue ||
      value instanceof JsonText ||
      value instanceof FileText ||
      value instanceof RangeValue
    ) &&
    !('type' in value && 'start' in value)
  )
}

/** The keys of a path: `a.b[0].c`. */
export function keysOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["?'?([^\]"']+)"?'?\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => {
    const text = index ?? quoted ?? name ?? ''
    return /^\d+$/.test(text) ? Number(text) : text
  })
}

export function parsedOf(value: unknown): unknown {
  if (value instanceof FileText) return new FileText(value.path, 'json')
  // The body of an answer, parsed by hand.
  if (value instanceof AnswerValue) return new AnswerValue(value.step, value.path ?? [])
  return value instanceof JsonText ? value.value : UNKNOWN
}

export function arithmetic(operator: string, a: number, b: number): unknown {
  const results: Readonly<Record<string, number>> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
    '%': a % b,
  }
  return lookUp(results, operator) ?? UNKNOWN
}

export function shifted(operator: string, { low, high }: RangeValue, by: number): unknown {
  const change = (value: number) => arithmetic(operator, value, by)
  const [a, b] = [change(low), change(high)]
  return typeof a === 'number' && typeof b === 'number' ? new RangeValue(a, b) : UNKNOWN
}

export function unary(operator: string, value: unknown): unknown {
  if (operator === '-' && typeof value === 'number') return -value
  if (operator === '!' && typeof value === 'boolean') return !value
  return operator === '+' && typeof value === 'string' && /^-?[\d.]+$/.test(value) ? Number(value) : UNKNOWN
}
