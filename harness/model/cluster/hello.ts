/** The answer of a worker to the question who is there. */
import * as z from 'zod'
import { environmentSchema } from '../run-record.ts'

/** The version of the protocol between the hosts of a pool. */
export const PROTOCOL_VERSION = 1

export const workerName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'a name is 1 to 40 characters of a-z, 0-9 and -')

export const WORKER_STATES = ['idle', 'held', 'loaded', 'running', 'delivering'] as const
export type WorkerState = (typeof WORKER_STATES)[number]

/** Unknown keys pass: another version has to be recognised as one. */
export const helloSchema = z.looseObject({
  v: z.number(),
  worker: workerName,
  /** New at every start of the process. */
  instance: z.string(),
  state: z.enum(WORKER_STATES),
  /** The run that it is held for; null when idle. */
  run: z.string().nullable(),
  /** Shards that it offers. */
  threads: z.int().min(1),
  environment: environmentSchema,
})
export type Hello = z.infer<typeof helloSchema>
