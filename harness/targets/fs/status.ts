/** Statuses of system calls: the number of an error (errno), 0 when there is none. */
import { constants } from 'node:os'
import * as z from 'zod'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

const NUMBERS: ReadonlyMap<string, number> = new Map([['OK', 0], ...Object.entries(constants.errno)])
const NAMES: ReadonlyMap<number, string> = new Map([...NUMBERS].map(([name, number]) => [number, name]))

const one = z.string().refine((name) => NUMBERS.has(name), 'the name of an error such as ENOENT, or OK')

/** `ENOENT`, `[OK, EEXIST]`. */
const expected = z
  .union([one, z.array(one).min(1)])
  .describe('Error the operation must end with, OK for none: ENOENT, [OK, EEXIST]')

/** Good without an error. */
export const errnoStatus: StatusLanguage = {
  expected,
  isGood: (status) => status === 0,
  compile(value) {
    const wanted = new Set([expected.parse(value)].flat().map((name) => NUMBERS.get(name)))
    return (status) => wanted.has(status)
  },
  nameOf: (status) => NAMES.get(status) ?? `error ${status}`,
}

/** Returns the number of an error of the system; null for errors that are none of the system's. */
export function errnoOf(thrown: unknown): number | null {
  const { errno, code } = (thrown ?? {}) as { errno?: unknown; code?: unknown }
  if (typeof code !== 'string') return null
  return NUMBERS.get(code) ?? (typeof errno === 'number' && errno < 0 ? -errno : null)
}
