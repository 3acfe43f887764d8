/** The difference of two batches, for receivers that add up or show a window: increments of counters, and percentiles of what came since. */
import type { SparseCounts } from '../../base/histogram.ts'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { HistogramTotals, MetricPoint } from '../../model/metric-point.ts'
import { seriesKey } from './step-points.ts'

/** Percentiles of a window, in the unit of the family. */
export const WINDOW_STATISTICS = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, max: 1 } as const

/** Remembers what each series was when a batch was taken last. */
export class Window {
  #last: ReadonlyMap<string, number | HistogramTotals> = new Map()

  /** Returns counters and histograms as what came since then, and gauges as they are; series of which nothing came are left out. */
  since(points: readonly MetricPoint[]): MetricPoint[] {
    return points.flatMap((point): MetricPoint[] => {
      const { family, labels } = point
      if (family.type === 'gauge') return [point]
      const last = this.#last.get(seriesKey(family, labels))
      if ('histogram' in point) {
        const histogram = histogramSince(point.histogram, last as HistogramTotals | undefined)
        return histogram.count === 0 ? [] : [{ family, labels, histogram }]
      }
      const value = point.value - ((last as number | undefined) ?? 0)
      return value === 0 ? [] : [{ family, labels, value }]
    })
  }

  /** Remembers a batch that was taken: the next difference begins there. */
  taken(points: readonly MetricPoint[]): void {
    this.#last = new Map(
      points
        .filter(({ family }) => family.type !== 'gauge')
        .map((point) => [
          seriesKey(point.family, point.labels),
          'histogram' in point ? point.histogram : point.value,
        ]),
    )
  }
}

function histogramSince(now: HistogramTotals, last: HistogramTotals | undefined): HistogramTotals {
  if (last === undefined) return now
  const before = new Map(last.over)
  return {
    counts: countsSince(now.counts, last.counts),
    count: now.count - last.count,
    sum: now.sum - last.sum,
    recordedPer: now.recordedPer,
    over: now.over.map(([bound, above]) => [bound, above - (before.get(bound) ?? 0)]),
  }
}

/** Counts only ever grow: every key of before is among those of now. */
function countsSince(now: SparseCounts, before: SparseCounts): SparseCounts {
  const since: number[] = []
  let at = 0
  for (let i = 0; i < now.length; i += 2) {
    const key = now[i] as number
    const had = before[at] === key ? (before[at + 1] as number) : 0
    if (before[at] === key) at += 2
    const came = (now[i + 1] as number) - had
    if (came > 0) since.push(key, came)
  }
  return since
}

/** Returns the percentiles of a histogram, by name. */
export function statisticsOf({ counts, recordedPer }: HistogramTotals): [name: string, value: number][] {
  const values = new SparseHistogram(counts).quantilesUs(Object.values(WINDOW_STATISTICS))
  return Object.keys(WINDOW_STATISTICS).map((name, i) => [name, (values[i] ?? 0) / recordedPer])
}
