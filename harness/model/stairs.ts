/** A run whose workload is a staircase: what came of each load. */
import * as z from 'zod'

const stairSchema = z.object({
  /** Arrivals a second (open model), or agents (closed). */
  load: z.number(),
  /** Judged seconds: those that were wholly on it. */
  seconds: z.number(),
  okPerSec: z.number(),
  errorRatio: z.number(),
  /** Null without answers. */
  p99Ms: z.number().nullable(),
  /** Demands that were not met on it; empty: all were. Null: one of them could not be told. */
  missed: z.array(z.string()).nullable(),
})
export type Stair = Readonly<z.infer<typeof stairSchema>>

export const stairsSchema = z.object({
  by: z.enum(['rate', 'agents']),
  /** From the lowest load to the highest. Warm-up is none of them. */
  levels: z.array(stairSchema),
  /** The highest load that met the objectives, with all below it; null: not even the lowest did. */
  highestMet: z.number().nullable(),
})
export type Stairs = Readonly<z.infer<typeof stairsSchema>>
