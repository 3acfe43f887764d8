/** SQLSTATE as a number, in base 36; success (00000) is 0. */
import type { ErrorKind } from '../../model/outcome.ts'
import { namedStatus } from '../named-status.ts'

const SQLSTATE = /^[0-9A-Z]{5}$/

export const postgresStatus = namedStatus({
  example: '23505',
  describe: 'SQLSTATE that the answer must have: 23505; OK for none',
  numberOf: (name) => (name === 'OK' ? 0 : numberOfSqlstate(name)),
  nameOf: (status) => (status === 0 ? 'OK' : status.toString(36).toUpperCase().padStart(5, '0')),
})

/** Returns the status of a SQLSTATE; null for a text that is none. */
export function numberOfSqlstate(code: string): number | null {
  return SQLSTATE.test(code) ? Number.parseInt(code, 36) : null
}

/** Returns the kind of a SQLSTATE that is more than a wrong answer; null for all others. */
export function kindOfSqlstate(code: string): ErrorKind | null {
  if (code === '40001' || code === '40P01') return 'conflict'
  if (code.startsWith('28')) return 'auth'
  if (code === '53300' || /^57P0[123]$/.test(code)) return 'unavailable'
  return null
}
