/** The orders of a coordinator to one worker, and their answers. */
import * as z from 'zod'
import { PROTOCOL_VERSION } from './hello.ts'

/** A text that is fetched in pieces. */
export const blobRefSchema = z.strictObject({ hash: z.string(), pieces: z.int().min(0) })
export type BlobRef = z.infer<typeof blobRefSchema>

/** The run and the process that an order is for: a worker that was started again obeys none of its forerunner's. */
const head = {
  v: z.literal(PROTOCOL_VERSION),
  run: z.string(),
  term: z.int(),
  instance: z.string(),
}

export const orderSchema = z.discriminatedUnion('do', [
  /** Keeps the worker for one run. */
  z.strictObject({ do: z.literal('hold'), ...head, leaseMs: z.number() }),
  /** Looks at its own machine: could it drive this? */
  z.strictObject({ do: z.literal('look'), ...head, plan: blobRefSchema, threads: z.int(), of: z.int() }),
  /** Gets its shards ready. */
  z.strictObject({
    do: z.literal('load'),
    ...head,
    place: z.int(),
    epoch: z.int(),
    /** Proves that an interval belongs to this order. */
    token: z.string(),
    plan: blobRefSchema,
    module: blobRefSchema.nullable(),
    /** The shards `first` to `first + count - 1` of `of`. */
    stripe: z.strictObject({ first: z.int(), count: z.int(), of: z.int() }),
    /** The value of setup and what targets were given, as `node:v8` serializes it, in base64. */
    values: blobRefSchema,
    correlationId: z.string(),
  }),
  /** Starts at an instant of the coordinator's machine clock. */
  z.strictObject({ do: z.literal('arm'), ...head, epoch: z.int(), startAt: z.number() }),
  /** Forgets the run: everything of it is safe elsewhere, or not wanted. */
  z.strictObject({ do: z.literal('let'), ...head }),
])
export type Order = z.infer<typeof orderSchema>

/** The distance of the coordinator's machine clock from the worker's, ms, and how wrong it can be. */
export const clockSchema = z.strictObject({ offsetMs: z.number(), boundMs: z.number() })
export type ClockDistance = z.infer<typeof clockSchema>

const findingSchema = z.strictObject({
  check: z.string(),
  level: z.enum(['ok', 'advice', 'blocked']),
  message: z.string(),
  hint: z.string().optional(),
})

export const orderAnswerSchema = z.strictObject({
  /** Null: done. Otherwise why it is refused. */
  refused: z.string().nullable(),
  /** The error code of a refusal that has one. */
  code: z.string().nullable().default(null),
  /** The answer to `look`. */
  findings: z.array(findingSchema).default([]),
  /** The answer to `load`. */
  clock: clockSchema.nullable().default(null),
})
export type OrderAnswer = z.infer<typeof orderAnswerSchema>
