/** The types of a shard's observations, inferred from the schemas, and their constants; free of zod. */
import type { DispatchCounts } from './counts-schema.ts'

export { CELL_METRICS, type CellMetric } from './cell-metrics.ts'
export type {
  CellKey,
  CheckCounts,
  DispatchCounts,
  JourneyConcurrency,
  LostSpan,
  ShardSpans,
  SlowRequest,
  Span,
  StepCounts,
  WorkloadCounts,
} from './counts-schema.ts'
export type { CellDelta, IntervalSnapshot } from './snapshot-schema.ts'

/** Steps and components that are too many to be told apart, recorded together. No `Server-Timing` can spell it. */
export const OTHER_NAMES = '(other)'

/** The number of slowest requests kept per step. */
export const SLOWEST_PER_STEP = 5

export const NO_DISPATCH: DispatchCounts = {
  planned: 0,
  started: 0,
  dropped: 0,
  cancelled: 0,
  lateStarts: 0,
  iterations: 0,
  failedJourneys: 0,
  failedByCode: 0,
  sessions: 0,
  feedersDry: 0,
  backedOffMs: 0,
  ownWaits: 0,
  ownWaitMs: 0,
}
