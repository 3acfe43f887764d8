/** One interval over all shards, as people watch it and before its histograms are encoded for the record. */
import type { SparseCounts } from '../base/histogram.ts'
import type { RecordInterval } from './record-interval.ts'

/** Requests of one step in one interval; `counts` holds the response times of ok answers and timeouts. */
export type IntervalStep = Omit<RecordInterval['steps'][string], 'hdr'> & { readonly counts: SparseCounts }

/** `RecordInterval` with sparse counts in place of encoded histograms. */
export interface MergedInterval extends Omit<RecordInterval, 'steps'> {
  readonly steps: Readonly<Record<string, IntervalStep>>
}
