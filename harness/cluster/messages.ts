/** The counts that hosts hand on of their load, and the entries of the log of a run. */
import * as z from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
import { parseJson } from '../base/parse-json.ts'
import { packedSnapshotSchema, packSnapshot } from '../measure/packed-snapshot.ts'
import { clockSchema } from '../model/cluster/orders.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import { intervalSchema } from '../model/record-interval.ts'
import { HOST_ENDS, shardEndSchema } from '../model/run-record.ts'

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
      /** Intervals that could not be kept until they were safe. */
      overflowCount: z.int(),
      /** The distance of the coordinator's clock at the end; null: it was not known. */
      clock: clockSchema.nullable(),
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
  const found = readMessage(schema, text)
  if (found.problem === null) return found.message
  throw new HarnessError('POOL_PROTOCOL', `${what} cannot be read: ${found.problem}`, {
    hint: 'Run the same version of proofload on all hosts of a pool.',
  })
}

/** A message, or why a text is none. */
export type ReadMessage<T> = { readonly message: T; readonly problem: null } | { readonly problem: string }

/** Reads a message that may be anything. */
export function readMessage<T>(schema: z.ZodType<T>, text: string): ReadMessage<T> {
  try {
    const { success, data, error } = schema.safeParse(parseJson(text))
    return success ? { message: data, problem: null } : { problem: z.prettifyError(error) }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
