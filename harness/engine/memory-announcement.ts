import type { StepFailures } from '../model/failures-schema.ts'
import type { CellKey, CheckCounts, JourneyConcurrency } from '../model/interval-snapshot.ts'
import type { BoundsUs } from './cells.ts'

/** News for the reader of this shard: mostly new shared memory. */
export type MemoryAnnouncement =
  /** A chunk of pages, for the counts of any cell. */
  | { readonly kind: 'pages'; readonly buffer: SharedArrayBuffer }
  | {
      readonly kind: 'cell'
      readonly key: CellKey
      readonly buffer: SharedArrayBuffer
      /** The bounds of the exact counters, in their order. */
      readonly boundsUs: BoundsUs
    }
  | {
      readonly kind: 'counters'
      readonly phase: string
      readonly step: string
      readonly region?: string | undefined
      readonly workload?: string | undefined
      readonly buffer: SharedArrayBuffer
    }
  | {
      readonly kind: 'slowest'
      readonly phase: string
      readonly step: string
      readonly buffer: SharedArrayBuffer
      /** The prefix of the trace ids for the trace numbers in it; null when requests are not traced. */
      readonly tracePrefix: string | null
    }
  | {
      /** Answers by status, beside the counters of a step that were announced before. */
      readonly kind: 'statuses'
      readonly phase: string
      readonly step: string
      readonly region?: string | undefined
      readonly workload?: string | undefined
      readonly buffer: SharedArrayBuffer
    }
  /** Counters of the messages of a target (`engine/ledger-memory.ts`). */
  | { readonly kind: 'messages'; readonly target: string; readonly buffer: SharedArrayBuffer }
  /** Failures since the last announcement of the kind: plain data, no memory. */
  | { readonly kind: 'failures'; readonly failures: StepFailures }
  /** The requests that the code of a journey had under way at once since the last announcement of the kind: plain data, too. */
  | { readonly kind: 'concurrency'; readonly concurrency: JourneyConcurrency }
  /** Checks of code since the last announcement of the kind. */
  | { readonly kind: 'checks'; readonly checks: readonly CheckCounts[] }

export type Announce = (announcement: MemoryAnnouncement) => void
