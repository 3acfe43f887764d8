/** The first word of an error reply as a number. A reply that is no error has none. */
import type { ErrorKind } from '../../model/outcome.ts'
import { namedStatus } from '../named-status.ts'

/** Numbers are places in this list: records hold them, so that names are only ever added. */
const NAMES = [
  'OK',
  'ERR',
  'WRONGTYPE',
  'MOVED',
  'ASK',
  'LOADING',
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
  'OOM',
  'READONLY',
  'EXECABORT',
  'BUSY',
  'NOSCRIPT',
  'CLUSTERDOWN',
  'CROSSSLOT',
  'MASTERDOWN',
  'TRYAGAIN',
  'MISCONF',
  'NOREPLICAS',
  'BUSYGROUP',
  'NOGROUP',
  'BUSYKEY',
  'UNKILLABLE',
  'OTHER',
] as const

const KINDS: Readonly<Partial<Record<(typeof NAMES)[number], ErrorKind>>> = {
  LOADING: 'unavailable',
  BUSY: 'unavailable',
  CLUSTERDOWN: 'unavailable',
  MASTERDOWN: 'unavailable',
  TRYAGAIN: 'unavailable',
  NOREPLICAS: 'unavailable',
  NOAUTH: 'auth',
  WRONGPASS: 'auth',
  NOPERM: 'auth',
}
const BY_NAME: ReadonlyMap<string, number> = new Map(NAMES.map((name, number) => [name, number]))
const OTHER = BY_NAME.get('OTHER') as number

/** OK is 0; each other status stands for the first word of an error reply. */
export const redisStatus = namedStatus({
  example: 'WRONGTYPE',
  describe: 'First word of an error reply: OK, ERR, WRONGTYPE, MOVED, OOM ...',
  numberOf: (name) => BY_NAME.get(name) ?? null,
  nameOf: (status) => NAMES[status] ?? 'OTHER',
})

/** Returns the status of an error reply. */
export function statusOfReply(message: string): number {
  return BY_NAME.get(/^[A-Z]+/.exec(message)?.[0] ?? '') ?? OTHER
}

/** Returns the kind of a status that is more than a wrong answer; null for all others. */
export function kindOfStatus(status: number): ErrorKind | null {
  return KINDS[NAMES[status] ?? 'OTHER'] ?? null
}
