/** Status codes of HTTP. */
import * as z from 'zod'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

const code = z.number().int().min(100).max(999)
const family = z.string().regex(/^[1-9]xx$/, 'a family such as 2xx')

/** `200`, `[200, 201]`, `'2xx'`. */
const expected = z
  .union([code, family, z.array(z.union([code, family])).min(1)])
  .describe('Status the answer must have: 200, [200, 201] or 2xx')

/** Below 400 is good. */
export const httpStatus: StatusLanguage = {
  expected,
  isGood: (status) => status < 400,
  compile(value) {
    const wanted = [expected.parse(value)].flat()
    const codes = new Set(wanted.filter((entry) => typeof entry === 'number'))
    const families = new Set(
      wanted.filter((entry) => typeof entry === 'string').map((entry) => Number(entry[0])),
    )
    return (status) => codes.has(status) || families.has(Math.floor(status / 100))
  },
  nameOf: (status) => `HTTP ${status}`,
}
