/**
 * The observations of a shard in one interval: plain serialisable data. Its identity is (runId, shard, epoch, sequence);
 * merging is idempotent by that identity, and the sum over intervals and shards is everything that was recorded.
 */
import * as z from 'zod'
import type { SparseCounts } from '../base/histogram.ts'
import type { Immutable } from '../base/immutable.ts'
import { recordOf } from '../base/record-of.ts'
import {
  cellKeySchema,
  cellSumsSchema,
  checkCountsSchema,
  dispatchSchema,
  journeyConcurrencySchema,
  slowRequestSchema,
  spansSchema,
  stepCountsSchema,
  workloadCountsSchema,
} from './counts-schema.ts'
import { type StepFailures, stepFailuresSchema } from './failures-schema.ts'
import { messageCountsSchema } from './message-counts.ts'
import { count, durationMs, ratio } from './quantities.ts'

/** One histogram's share of an interval, but for its counts: in memory and on disk they have forms of their own. */
export const cellDeltaSchema = z.object({ key: cellKeySchema, ...cellSumsSchema.shape })
export type CellDelta = Immutable<z.infer<typeof cellDeltaSchema>> & { readonly counts: SparseCounts }

/** Values at the end of the interval. */
const gaugesSchema = z.object({
  activeAgents: count,
  backlog: count,
  inFlight: count,
  /** Agents by region. */
  regions: recordOf(count),
})

/** The shard's own condition over the interval. */
const healthSchema = z.object({
  eventLoopUtilization: ratio,
  /** Longest turn of the loop, ms. */
  loopDelayMaxMs: durationMs,
  gcPauseMaxMs: durationMs,
  gcTotalMs: durationMs,
  /** On-CPU time / interval; null where the system does not tell. */
  cpuRatio: ratio.nullable(),
  /** Time waiting for a core / interval; null where the system does not tell. */
  runQueueWaitRatio: ratio.nullable(),
})

/** A snapshot but for its cells. */
export const snapshotSchema = z.object({
  runId: z.string(),
  shard: count,
  /** Grows when a shard is started again. */
  epoch: count,
  sequence: count,
  /** Milliseconds since run start. */
  startMs: durationMs,
  endMs: durationMs,
  steps: z.array(stepCountsSchema),
  dispatch: dispatchSchema,
  /** The counts of each workload that has a name; absent: there is none. */
  workloads: recordOf(workloadCountsSchema).optional(),
  escalations: recordOf(count),
  gauges: gaugesSchema,
  health: healthSchema,
  spans: spansSchema,
  /** Measured requests that came among the slowest of their step in this shard. */
  slowest: z.array(slowRequestSchema),
  /** Failures that the shard told of in the interval. */
  failures: z.array(stepFailuresSchema),
  /** The requests that code sent at once, as far as the shard told of it in the interval. */
  concurrency: z.array(journeyConcurrencySchema),
  /** Checks of code that the shard told of in the interval. */
  checks: z.array(checkCountsSchema),
  /** Messages that the shard counted in the interval, by target. */
  messages: z.array(messageCountsSchema).default([]),
})
export type IntervalSnapshot = Immutable<Omit<z.infer<typeof snapshotSchema>, 'failures'>> & {
  readonly failures: readonly StepFailures[]
  readonly cells: readonly CellDelta[]
}
