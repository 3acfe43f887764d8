/** How long users waited, interval by interval. */
import type { ChartColour, ChartSeries, LineChart } from '../model/chart.ts'
import { boundsOf, marksOf } from './marks.ts'
import { quantilesMs, type RunSeries, TIME_AXIS } from './run-series.ts'

/** From here on the slow end presses the rest to the ground on a linear axis. */
const LOG_FROM_RATIO = 30

const LINES: readonly (readonly [label: string, quantile: number, ChartColour, ChartSeries['style']])[] = [
  ['p50', 0.5, 0, 'solid'],
  ['p90', 0.9, 4, 'dotted'],
  ['p95', 0.95, 2, 'dashed'],
  ['p99', 0.99, 1, 'solid'],
  ['p99.9', 0.999, 3, 'dashed'],
  ['max', 1, 'quiet', 'dotted'],
]
const ALWAYS = ['p50', 'p95', 'p99']

/** @param step null for all */
export function latencyOverTime(series: RunSeries, step: string | null): LineChart {
  const judged = series.verdict.objectives.filter(
    ({ metric, labels }) =>
      metric === 'response_time' && [undefined, step ?? undefined].includes(labels['step']),
  )
  const lines = LINES.filter(([label]) => ALWAYS.includes(label) || judged.some(({ fn }) => fn === label))
  const quantiles = lines.map(([, quantile]) => quantile)
  const values = series.counts(step).map((counts) => quantilesMs(counts, quantiles))
  return {
    kind: 'lines',
    id: `latency-over-time${step === null ? '' : '-of-step'}`,
    title: `Response time over time${step === null ? '' : ` of step ${step}`}`,
    note: 'From the instant a request was due until it was done.',
    xAxis: TIME_AXIS,
    x: series.x,
    xLabels: null,
    yAxis: { label: 'response time', unit: 'ms', isLog: isSpread(values) },
    series: lines.map(([label, , colour, style], i) => ({
      label,
      colour,
      style,
      values: values.map((row) => row[i] ?? null),
    })),
    isStacked: false,
    bands: [],
    bounds: boundsOf(series, 'latency', step),
    marks: marksOf(series),
  }
}

/** @param rows of one interval each, the fastest first */
function isSpread(rows: readonly (readonly (number | null)[])[]): boolean {
  let low = Number.POSITIVE_INFINITY
  let high = 0
  for (const row of rows) {
    low = Math.min(low, row[0] ?? low)
    high = Math.max(high, row.at(-1) ?? high)
  }
  return high > low * LOG_FROM_RATIO && low > 0
}
