/** Statuses as NATS uses them: the numbers of HTTP in replies and in errors of JetStream, 200 for what was acknowledged. */
import * as z from 'zod'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

export const STATUS_OK = 200
export const NOT_FOUND = 404
export const NO_RESPONDERS = 503

const NAMES: Readonly<Record<string, number>> = { OK: STATUS_OK, NOT_FOUND, NO_RESPONDERS }

const expected = z
  .union([z.int().positive(), z.enum(['OK', 'NOT_FOUND', 'NO_RESPONDERS'])])
  .describe('Status the answer must have: OK, NOT_FOUND, NO_RESPONDERS or a number')

export const natsStatus: StatusLanguage = {
  expected,
  isGood: (status) => status < 400,
  compile(value) {
    const wanted = expected.parse(value)
    const code = typeof wanted === 'number' ? wanted : NAMES[wanted]
    return (status) => status === code
  },
  nameOf: (status) => Object.entries(NAMES).find(([, code]) => code === status)?.[0] ?? String(status),
}
