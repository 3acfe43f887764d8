import type { CellKey } from '../model/interval-snapshot.ts'
import type { BoundsUs } from './cells.ts'

/** New shared memory, announced to the reader of this shard. */
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

export type Announce = (announcement: MemoryAnnouncement) => void
