/** The number of an error (errno); success is 0. */
import type { ErrorKind } from '../../model/outcome.ts'
import { namedStatus } from '../named-status.ts'

const KINDS: ReadonlyMap<number, ErrorKind> = new Map([
  // deadlock; a lock that was waited for too long
  [1213, 'conflict'],
  [1205, 'conflict'],
  // too many connections, of all or of a user; shutdown; connection killed
  [1040, 'unavailable'],
  [1203, 'unavailable'],
  [1226, 'unavailable'],
  [1053, 'unavailable'],
  [1927, 'unavailable'],
  // wrong password; no access to the database
  [1045, 'auth'],
  [1044, 'auth'],
  [1698, 'auth'],
  // the server has gone away; connection lost in a query
  [2006, 'reset'],
  [2013, 'reset'],
])

export const mysqlStatus = namedStatus({
  example: '1062',
  describe: 'Error number that the answer must have: 1062; OK for none',
  numberOf: (name) => (name === 'OK' ? 0 : numberIn(name)),
  nameOf: (status) => (status === 0 ? 'OK' : `error ${status}`),
})

/** Returns the kind of an error that is more than a wrong answer; null for all others. */
export function kindOfErrno(errno: number): ErrorKind | null {
  return KINDS.get(errno) ?? null
}

function numberIn(text: string): number | null {
  return /^\d{1,5}$/.test(text) ? Number(text) : null
}
