/** The entries of the log of a run: what another coordinator needs to go on with it. */
import * as z from 'zod'
import { packedSnapshotSchema, packSnapshot } from '../../measure/packed-snapshot.ts'
import { helloSchema } from '../../model/cluster/hello.ts'
import { clockSchema } from '../../model/cluster/orders.ts'
import { WANTS } from '../../model/cluster/uplink.ts'
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import { intervalSchema } from '../../model/record-interval.ts'
import { runIdentitySchema } from '../../model/run-record.ts'

/** A load that has begun, as whoever goes on with it needs it. */
export const begunSchema = z.strictObject({
  identity: runIdentitySchema,
  startedAt: z.string(),
  /** The value of setup and what targets were given, as `node:v8` serializes it, in base64. */
  values: z.string(),
  workers: z.array(
    z.strictObject({
      place: z.int(),
      hello: helloSchema,
      first: z.int(),
      count: z.int(),
      token: z.string(),
      clock: clockSchema,
    }),
  ),
})

const snapshots = z.array(packedSnapshotSchema)

export const logEntrySchema = z.discriminatedUnion('kind', [
  /** From here on another process writes. */
  z.strictObject({ kind: z.literal('lead'), term: z.int(), at: z.string() }),
  /** Everybody is ready; `startWallMs`: the calendar time of run start, about. */
  z.strictObject({ kind: z.literal('begin'), startWallMs: z.number(), load: begunSchema }),
  /** Nothing else was written for a second. */
  z.strictObject({ kind: z.literal('beat') }),
  z.strictObject({
    kind: z.literal('second'),
    /** Null: only late counts. */
    second: z.int().nullable(),
    isWhole: z.boolean(),
    sums: snapshots,
    late: snapshots,
    used: intervalSchema.shape.generator,
  }),
  z.strictObject({ kind: z.literal('control'), want: z.enum(WANTS), reason: z.string() }),
  /** `isSilent`: nothing was heard of it, so that nobody waits for what it counted. */
  z.strictObject({
    ...{ kind: z.literal('lost'), place: z.int(), why: z.string(), isSilent: z.boolean() },
    /** It may have sent load until then, ms since run start. */
    untilMs: z.number(),
  }),
  /** Everything is in the log that anybody waits for. */
  z.strictObject({ kind: z.literal('end') }),
])

/** The counts in an entry as they are in memory. */
interface Counted {
  readonly sums: readonly IntervalSnapshot[]
  readonly late: readonly IntervalSnapshot[]
}
type Stored = z.infer<typeof logEntrySchema>
export type SecondEntry = Omit<Extract<Stored, { kind: 'second' }>, keyof Counted> & Counted
export type LogEntry = Exclude<Stored, { kind: 'second' }> | SecondEntry

/** Writes an entry as it is stored. */
export function entryText(entry: LogEntry): string {
  if (entry.kind !== 'second') return JSON.stringify(entry)
  const { sums, late } = entry
  return JSON.stringify({ ...entry, sums: sums.map(packSnapshot), late: late.map(packSnapshot) })
}
