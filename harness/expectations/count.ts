import * as z from 'zod'
import type { Expectation } from '../ports/expectation.ts'

const number = z.number().int().min(0)
const schema = z
  .union([
    number,
    z.strictObject({
      min: number.optional().describe('Fewest. Default: 0.'),
      max: number.optional().describe('Most. Default: no limit.'),
    }),
  ])
  .describe('Number of rows, messages, events or entries of the answer: 1, { min: 1 } or { min: 1, max: 10 }')

/** Checks the number of things in the answer. */
export const count: Expectation = {
  name: 'count',
  errorKind: 'expectation',
  schema,
  needsAnswer: false,
  compile(value) {
    const wanted = schema.parse(value)
    const { min = 0, max = Number.POSITIVE_INFINITY } =
      typeof wanted === 'number' ? { min: wanted, max: wanted } : wanted
    const expected = rangeText(min, max)
    return ({ items }) => (items >= min && items <= max ? null : `count ${items}, expected ${expected}`)
  },
  refresh: (value, { items }) => (typeof value === 'number' ? items : undefined),
}

function rangeText(min: number, max: number): string {
  if (min === max) return String(min)
  if (max === Number.POSITIVE_INFINITY) return `at least ${min}`
  return min === 0 ? `at most ${max}` : `${min} to ${max}`
}
