/** The counts that hosts hand on of their load, and the entries of the log of a run. */
import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import { packedSnapshotSchema, packSnapshot } from '../measure/packed-snapshot.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import { HOST_ENDS, intervalSchema, shardEndSchema } from '../model/run-record.ts'

/** The counts of one worker in a second. */
export const hostIntervalSchema = z.strictObject({
  token: z.string(),
  place: z.int(),
  epoch: z.int(),
  sequence: z.int(),
  /** Null in the last one, which only tells how it ended. */
  sum: packedSnapshotSchema.nullable(),
  used: intervalSchema.shape.generator.nullable(),
  end: z
    .strictObject({
      /** One that is lost tells nothing. */
      why: z.enum(HOST_ENDS).exclude(['lost']),
      loadMs: z.number(),
      shards: z.array(z.strictObject(shardEndSchema.shape)),
    })
    .nullable(),
})
export type HostInterval = Omit<z.infer<typeof hostIntervalSchema>, 'sum'> & {
  readonly sum: IntervalSnapshot | null
}

/** Writes an interval as it is sent. */
export function intervalText({ sum, ...interval }: HostInterval): string {
  return JSON.stringify({ ...interval, sum: sum === null ? null : packSnapshot(sum) })
}

/** Parses a message of another host. @throws HarnessError POOL_PROTOCOL */
export function parseMessage<T>(schema: z.ZodType<T>, text: string, what: string): T {
  const { success, data, error } = schema.safeParse(JSON.parse(text))
  if (success) return data
  throw new HarnessError('POOL_PROTOCOL', `${what} cannot be read: ${z.prettifyError(error)}`, {
    hint: 'Run the same version of proofload on all hosts of a pool.',
  })
}
