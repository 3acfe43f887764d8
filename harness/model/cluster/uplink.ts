/** The messages from a worker to its coordinator while it is held, and the beat that goes to all of them. */
import * as z from 'zod'
import { WORKER_STATES } from './hello.ts'

export const uplinkSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('renew'),
    instance: z.string(),
    term: z.int(),
    epoch: z.int(),
    state: z.enum(WORKER_STATES),
  }),
  /** Asks for a piece of a text. */
  z.strictObject({ kind: z.literal('fetch'), hash: z.string(), piece: z.int() }),
  /** Tells that the worker leaves: it drains and delivers what it has. */
  z.strictObject({ kind: z.literal('leave'), instance: z.string(), why: z.string() }),
])
export type Uplink = z.infer<typeof uplinkSchema>

export const renewedSchema = z.strictObject({
  term: z.int(),
  /** Null: the lease is renewed. Otherwise why not. */
  refused: z.string().nullable(),
  /** True: it will not be renewed any more. */
  isFinal: z.boolean(),
  /** The coordinator's machine clock, ms. */
  at: z.number(),
  /** The number of the first interval that is not in the log. */
  have: z.int(),
  /** Numbers of intervals behind it that are. */
  beyond: z.array(z.int()),
})
export type Renewed = z.infer<typeof renewedSchema>

export const WANTS = ['run', 'drain', 'abort'] as const
export type Want = (typeof WANTS)[number]

/** The state that everybody should be in, told again and again: whoever misses one hears the next. */
export const beatSchema = z.strictObject({ term: z.int(), want: z.enum(WANTS) })

/** An end to all load of a pool, told by people. */
export const haltSchema = z.strictObject({ by: z.string(), reason: z.string() })
export type Halt = z.infer<typeof haltSchema>
