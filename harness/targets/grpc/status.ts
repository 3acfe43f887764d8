/** Status codes of gRPC, 0 to 16. */
import * as z from 'zod'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

export const OK = 0
export const UNAVAILABLE = 14

const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const

const code = z.union([
  z.enum(NAMES),
  z
    .int()
    .min(0)
    .max(NAMES.length - 1),
])
const expected = z
  .union([code, z.array(code).min(1)])
  .describe('Status the answer must have: NOT_FOUND, 5 or [OK, NOT_FOUND]')

/** OK is good. */
export const grpcStatus: StatusLanguage = {
  expected,
  isGood: (status) => status === OK,
  compile(value) {
    const wanted = [expected.parse(value)].flat()
    const codes = new Set(wanted.map((entry) => (typeof entry === 'string' ? NAMES.indexOf(entry) : entry)))
    return (status) => codes.has(status)
  },
  nameOf: (status) => NAMES[status] ?? `status ${status}`,
}
