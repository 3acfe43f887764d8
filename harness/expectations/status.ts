import { z } from 'zod'
import type { Expectation } from '../ports/expectation.ts'

const code = z.number().int().min(100).max(999)
const family = z.string().regex(/^[1-9]xx$/, 'a family such as 2xx')

/** `200`, `[200, 201]`, `'2xx'`. */
const schema = z
  .union([code, family, z.array(z.union([code, family])).min(1)])
  .describe('Required status of the answer: 200, [200, 201] or 2xx')

/** Checks the status code of the answer. */
export const status: Expectation = {
  name: 'status',
  errorKind: 'status',
  schema,
  needsAnswer: false,
  compile(value) {
    const wanted = [schema.parse(value)].flat()
    const codes = new Set(wanted.filter((entry) => typeof entry === 'number'))
    const families = new Set(
      wanted.filter((entry) => typeof entry === 'string').map((entry) => Number(entry[0])),
    )
    return (exchange) =>
      codes.has(exchange.status) || families.has(Math.floor(exchange.status / 100))
        ? null
        : `status ${exchange.status}, expected ${wanted.join(' or ')}`
  },
}
