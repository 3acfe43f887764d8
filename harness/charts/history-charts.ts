/** Pictures of what the history keeps; those of whole records are in `run-charts.ts`. */
import { mean, sum } from 'simple-statistics'
import type { Capacity } from '../analysis/capacity.ts'
import { valueAt } from '../analysis/comparison/metric-scale.ts'
import { rateAt } from '../analysis/scalability.ts'
import { CHANGE_WINDOW, type Trend } from '../analysis/trend.ts'
import { inGroups } from '../base/in-groups.ts'
import { visible } from '../base/visible.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { ChartColour, ChartSeries, LineChart } from '../model/chart.ts'
import type { HistoryRun } from '../model/history.ts'
import type { WholeInterval } from '../model/run-summary.ts'
import { changeText } from '../text/comparison-text.ts'

const PLAIN = { xLabels: null, isStacked: false, bands: [], bounds: [], marks: [] } as const

/** Points of a metric over runs, its level between changes, and the changes. */
export function trendChart({ metric, points, changes }: Trend): LineChart {
  const at = new Map(points.map(({ id }, index) => [id, index]))
  const { unit } = valueAt(metric, 0)
  return {
    ...PLAIN,
    kind: 'lines',
    id: 'trend',
    title: `${metric} over the runs`,
    note: 'A point a run of the same load as the newest, which is on the right; a mark where the level changed for certain.',
    xAxis: { label: 'run', unit: 'run' },
    // What stands at a value of x is looked up by it.
    x: points.map((_, index) => index),
    xLabels: points.map(({ id, build }) => visible(build ?? id)),
    yAxis: { label: metric, unit },
    series: [
      {
        label: metric,
        colour: 0,
        style: 'points',
        values: points.map(({ y }) => valueAt(metric, y).value),
      },
      { label: 'level', colour: 1, style: 'dashed', values: levelsOf({ metric, points, changes }) },
    ],
    marks: changes.map(({ run, change }) => ({
      kind: 'change',
      label: changeText({ metric, change }) ?? '',
      // Between the last run before it and the first one after.
      x: (at.get(run.id) ?? 0) - 0.5,
      toX: null,
    })),
  }
}

/** The mean between neighbouring changes, on the scale on which they were looked for; null where they were not. */
function levelsOf({
  metric,
  points,
  changes,
}: Pick<Trend, 'metric' | 'points' | 'changes'>): (number | null)[] {
  const first = Math.max(0, points.length - CHANGE_WINDOW)
  const starts = changes.map(({ run }) => points.findIndex(({ id }) => id === run.id))
  const edges = [first, ...starts, points.length]
  const levels = edges.slice(1).flatMap((end, i) => {
    const stretch = points.slice(edges[i], end)
    if (stretch.length === 0) return []
    const level = valueAt(metric, mean(stretch.map(({ y }) => y))).value
    return stretch.map(() => level)
  })
  return [...points.slice(0, first).map(() => null), ...levels]
}

/** Nines to which a spectrum goes, and its points for each. */
const NINES_MAX = 5
const POINTS_PER_NINE = 20

/** Response times at every percentile, the tail spread out. */
export function spectrumChart(
  id: string,
  title: string,
  parts: readonly { readonly label: string; readonly histogram: SparseHistogram }[],
): LineChart {
  const measured = parts.filter(({ histogram }) => histogram.count > 0)
  const nines = Math.min(
    NINES_MAX,
    Math.max(0, ...measured.map(({ histogram }) => Math.log10(histogram.count))),
  )
  const x = Array.from({ length: Math.floor(nines * POINTS_PER_NINE) + 1 }, (_, i) => i / POINTS_PER_NINE)
  return {
    ...PLAIN,
    kind: 'lines',
    id,
    title,
    note: 'The slowest requests are on the right, where the scale is widest. Lower is faster.',
    xAxis: { label: 'percentile', unit: 'percentile' },
    x,
    yAxis: { label: 'response time', unit: 'ms', isLog: true },
    series: measured.map(({ label, histogram }, i): ChartSeries => {
      const known = Math.log10(histogram.count)
      return {
        label,
        colour: (i % 8) as ChartColour,
        style: i % 2 === 0 ? 'solid' : 'dashed',
        values: x.map((nine) => (nine > known ? null : histogram.quantileUs(1 - 10 ** -nine) / 1000)),
      }
    }),
  }
}

/** Of more intervals neighbours are put together; of far more no percentiles are made, each has to be decoded. */
const COLUMNS_MAX = 300
const DECODED_MAX = 4_000

/** What the history keeps of a run over time: rates, errors and percentiles. */
export function intervalCharts({ intervals }: HistoryRun): LineChart[] {
  const each = Math.max(1, Math.ceil(intervals.length / COLUMNS_MAX))
  const groups = inGroups(intervals, each)
  if (groups.length === 0) return []
  const x = groups.map((group) => (group[0] as WholeInterval).startMs / 1000)
  const perSec = (pick: (interval: WholeInterval) => number) =>
    groups.map((group) => {
      const seconds = ((group.at(-1) as WholeInterval).endMs - (group[0] as WholeInterval).startMs) / 1000
      return seconds > 0 ? sum(group.map(pick)) / seconds : null
    })
  const overTime = {
    ...PLAIN,
    kind: 'lines',
    xAxis: { label: 'time since run start', unit: 's' },
    x,
  } as const
  const rates: LineChart = {
    ...overTime,
    id: 'rates-over-time',
    title: 'Answers over time',
    note: '',
    yAxis: { label: 'a second', unit: '1/s' },
    series: [
      { label: 'requests', colour: 0, style: 'solid', values: perSec(({ requests }) => requests) },
      { label: 'errors', colour: 'bad', style: 'solid', values: perSec(({ errors }) => errors) },
    ],
  }
  if (intervals.length > DECODED_MAX) return [rates]
  const histograms = groups.map((group) => SparseHistogram.decodeAll(group.map(({ hdr }) => hdr)))
  const percentile = (label: string, quantile: number, colour: ChartColour): ChartSeries => ({
    label,
    colour,
    style: 'solid',
    values: histograms.map((histogram) =>
      histogram.count === 0 ? null : histogram.quantileUs(quantile) / 1000,
    ),
  })
  const latency: LineChart = {
    ...overTime,
    id: 'latency-over-time',
    title: 'Response time over time',
    note: '',
    yAxis: { label: 'response time', unit: 'ms', isLog: true },
    series: [percentile('p50', 0.5, 0), percentile('p95', 0.95, 1), percentile('p99', 0.99, 2)],
  }
  return [latency, rates]
}

const CURVE_POINTS = 60

/** Throughput by agents with the law through it, and response time by agents. */
export function capacityCharts({ levels, fit, peak }: Capacity): LineChart[] {
  const largest = Math.max(...levels.map(({ agents }) => agents))
  const smallest = Math.min(...levels.map(({ agents }) => agents))
  // As far as may be spoken of, and no further than there is something to see.
  const end = peak.kind === 'peak' ? Math.max(largest, peak.agents * 1.2) : largest
  const curve =
    fit === null
      ? []
      : Array.from({ length: CURVE_POINTS }, (_, i) => smallest + ((end - smallest) * i) / (CURVE_POINTS - 1))
  const x = [...new Set([...levels.map(({ agents }) => agents), ...curve])].sort((a, b) => a - b)
  const byAgents = new Map(levels.map((level) => [level.agents, level]))
  const xAxis = { label: 'active agents', unit: 'count' } as const
  const throughput: LineChart = {
    ...PLAIN,
    kind: 'lines',
    id: 'throughput-by-agents',
    title: 'Throughput by active agents',
    note: 'Where the line bends, more agents wait instead of getting more done.',
    xAxis,
    x,
    yAxis: { label: 'requests that ended well', unit: '1/s' },
    series: [
      {
        label: 'measured',
        colour: 0,
        style: 'points',
        values: x.map((agents) => byAgents.get(agents)?.okPerSec ?? null),
      },
      ...(fit === null
        ? []
        : [
            {
              label: 'scalability law',
              colour: 1,
              style: 'dashed',
              values: x.map((agents) => rateAt([fit.lambda, fit.alpha, fit.beta], agents)),
            } as const,
          ]),
    ],
    marks:
      peak.kind === 'peak'
        ? [{ kind: 'change', label: `peak at ${Math.round(peak.agents)}`, x: peak.agents, toX: null }]
        : [],
  }
  const latency: LineChart = {
    ...PLAIN,
    kind: 'lines',
    id: 'latency-by-agents',
    title: 'Response time by active agents',
    note: '',
    xAxis,
    x: levels.map(({ agents }) => agents),
    yAxis: { label: 'p99 of response time', unit: 'ms', isLog: true },
    series: [{ label: 'p99', colour: 2, style: 'solid', values: levels.map(({ p99Ms }) => p99Ms) }],
  }
  return [throughput, latency]
}
