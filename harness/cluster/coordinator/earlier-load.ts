/** A load that another coordinator has begun, as its log tells it. Pure. */
import type * as z from 'zod'
import { WANTS, type Want } from '../../model/cluster/uplink.ts'
import type { begunSchema, LogEntry, SecondEntry } from './log-entries.ts'

export interface EarlierLoad {
  readonly begun: z.infer<typeof begunSchema>
  /** The calendar time of run start. */
  readonly startWallMs: number
  /** In the order in which they were closed. */
  readonly seconds: readonly SecondEntry[]
  readonly want: Want
  readonly lost: readonly Omit<Extract<LogEntry, { kind: 'lost' }>, 'kind'>[]
  /** Coordinators that have taken it over since, each with the time at which it did. */
  readonly takeovers: readonly { readonly at: string }[]
}

/** Null: it never began. Workers may be held for it, but nobody was told to start. */
export function earlierLoad(entries: readonly LogEntry[]): EarlierLoad | null {
  const at = entries.findLastIndex(({ kind }) => kind === 'begin')
  const begin = entries[at]
  if (begin?.kind !== 'begin') return null
  const since = entries.slice(at + 1)
  const of = <Kind extends LogEntry['kind']>(kind: Kind) =>
    since.filter((entry): entry is Extract<LogEntry, { kind: Kind }> => entry.kind === kind)
  const wants = of('control').map(({ want }) => want)
  return {
    begun: begin.load,
    startWallMs: begin.startWallMs,
    seconds: of('second'),
    want: wants.reduce((a, b) => (WANTS.indexOf(a) > WANTS.indexOf(b) ? a : b), 'run' as Want),
    lost: of('lost'),
    takeovers: of('lead').map(({ at: ledAt }) => ({ at: ledAt })),
  }
}
