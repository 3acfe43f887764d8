/** Response times interval by interval, all of them: two humps, a slow minute, a timeout show that percentiles hide. */
import { highestOfBucket } from '../base/histogram.ts'
import { inGroups } from '../base/in-groups.ts'
import type { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { HeatMapChart } from '../model/chart.ts'
import { fourDigits } from './four-digits.ts'
import type { RecordSeries } from './record-series.ts'
import { boundsOn, TIME_AXIS } from './run-series.ts'

const COLUMNS_MAX = 150
/** Rows a power of ten. */
const ROWS = 8

/** Null when nothing was measured. @param step null for all */
export function latencyHeatMap(series: RecordSeries, step: string | null): HeatMapChart | null {
  const each = Math.max(1, Math.ceil(series.intervals.length / COLUMNS_MAX))
  const groups = inGroups(series.intervals, each)
  const columns = inGroups(series.counts(step), each).map(rowsOf)
  const used = columns.flatMap((rows) => [...rows.keys()])
  if (used.length === 0) return null
  const low = Math.min(...used)
  const high = Math.max(...used)
  const counts = columns.map((rows) =>
    Array.from({ length: high - low + 1 }, (_, i) => rows.get(low + i) ?? 0),
  )
  return {
    kind: 'heat-map',
    id: `heat-map${step === null ? '' : '-of-step'}`,
    title: `Response times over time${step === null ? '' : ` of step ${step}`}`,
    note: 'The stronger the colour, the more requests.',
    xAxis: TIME_AXIS,
    xEdges: [
      ...groups.map(([first]) => fourDigits((first?.startMs ?? 0) / 1000)),
      fourDigits((series.intervals.at(-1)?.endMs ?? 0) / 1000),
    ],
    yAxis: { label: 'response time', unit: 'ms', isLog: true },
    yEdges: Array.from({ length: high - low + 2 }, (_, i) => fourDigits(10 ** ((low + i) / ROWS))),
    counts,
    shades: shadesOf(counts),
    bounds: boundsOn(series.bounds, 'heatMap', step),
  }
}

/** Steps of counts that a reader can name. */
const SHADES = 5

/** Shades by powers of the greatest count: one outlier and the bulk are both seen. */
export function shadesOf(counts: HeatMapChart['counts']): HeatMapChart['shades'] {
  const most = counts.reduce((max, column) => column.reduce((high, count) => Math.max(high, count), max), 0)
  const tops = Array.from({ length: SHADES }, (_, i) => Math.round(most ** ((i + 1) / SHADES)))
  const steps = [...new Set(tops)].filter((top) => top > 0)
  return steps.map((to, i) => ({ from: (steps[i - 1] ?? 0) + 1, to }))
}

/** Requests by row. */
function rowsOf(histograms: readonly SparseHistogram[]): ReadonlyMap<number, number> {
  const rows = new Map<number, number>()
  for (const histogram of histograms)
    for (const [bucket, count] of histogram.buckets())
      rows.set(rowOf(bucket), (rows.get(rowOf(bucket)) ?? 0) + count)
  return rows
}

/** Row 0 begins at 1 ms. */
function rowOf(bucket: number): number {
  return Math.floor(Math.log10(highestOfBucket(bucket) / 1000) * ROWS)
}
