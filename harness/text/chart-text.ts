/** Values of charts as text: at axes, in legends, and for readers who cannot see the picture. */
import { formatCount, formatDurationMs, formatInUnit } from '../base/units.ts'
import type {
  Chart,
  ChartSeries,
  ChartUnit,
  HeatMapChart,
  LineChart,
  WaterfallChart,
} from '../model/chart.ts'

/** Formats a value with its unit: `250ms`, `1m30s`, `99.9 %`, `12.5 MiB`, `3 cores`. */
export function formatOnChart(value: number, unit: ChartUnit): string {
  // Zero has no good unit of its own: `0us` at an axis of seconds reads like a mistake.
  if (value === 0) return '0'
  switch (unit) {
    case 's':
      return formatDurationMs(value * 1000)
    case 'percentile':
      return percentileText(value)
    case 'cores':
      return `${Number(value.toPrecision(3))} ${value === 1 ? 'core' : 'cores'}`
    case 'run':
      return String(Math.round(value))
    case '1/s':
      return `${Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : Math.round(value).toLocaleString('en-US')}/s`
    default:
      return formatInUnit(value, unit)
  }
}

/** Formats log10(1 / (1 - quantile)): `50 %` at 0.301, `99 %` at 2, `99.99 %` at 4. */
function percentileText(nines: number): string {
  const digits = Math.max(0, Math.ceil(nines - 2 - 1e-9))
  return `${Number(((1 - 10 ** -nines) * 100).toFixed(digits + (nines % 1 === 0 ? 0 : 1)))} %`
}

/** `1–12`: the counts of a shade of a heat map. */
export function shadeText({ from, to }: HeatMapChart['shades'][number]): string {
  return from === to ? formatCount(to) : `${formatCount(from)}–${formatCount(to)}`
}

/** Describes a chart in a few sentences with the figures that matter. */
export function describeChart(chart: Chart): string {
  switch (chart.kind) {
    case 'lines':
      return describeLines(chart)
    case 'heat-map':
      return describeHeatMap(chart)
    case 'waterfall':
      return describeWaterfall(chart)
  }
}

function describeLines(chart: LineChart): string {
  const { title, x, xAxis, yAxis, series, bounds, marks } = chart
  const [first = 0] = x
  const last = x.at(-1) ?? first
  const stretch = `${xAxis.label} ${formatOnChart(first, xAxis.unit)} to ${formatOnChart(last, xAxis.unit)}`
  return sentences([
    title,
    x.length === 0 ? 'no figures' : stretch,
    ...series.map((line) => describeSeries(line, yAxis.unit)),
    ...bounds.map(({ label, value }) => `bound ${label}: ${formatOnChart(value, yAxis.unit)}`),
    ...marks.map(({ label, x: at }) => `${label} at ${formatOnChart(at, xAxis.unit)}`),
  ])
}

function describeSeries({ label, values }: ChartSeries, unit: ChartUnit): string {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return `${label}: no figures`
  const [low, high] = [known.reduce(least), known.reduce(most)].map((value) => formatOnChart(value, unit))
  return `${label}: ${low === high ? low : `${low} to ${high}`}, at the end ${formatOnChart(known.at(-1) ?? 0, unit)}`
}

function describeHeatMap({ title, counts, xAxis, yAxis, yEdges }: HeatMapChart): string {
  const rows = yEdges.slice(1).map((_, row) => counts.reduce((sum, column) => sum + (column[row] ?? 0), 0))
  const fullest = rows.indexOf(rows.reduce(most, 0))
  const total = rows.reduce((sum, count) => sum + count, 0)
  const [from, to] = [yEdges[fullest], yEdges[fullest + 1]].map((edge) =>
    formatOnChart(edge ?? 0, yAxis.unit),
  )
  return sentences([
    title,
    `${total.toLocaleString('en-US')} in ${counts.length} columns of ${xAxis.label}`,
    ...(total === 0 ? [] : [`most between ${from} and ${to}`]),
  ])
}

function describeWaterfall({ title, kinds, rows, axis }: WaterfallChart): string {
  return sentences([
    title,
    ...rows.map(({ label, parts }) => {
      const each = parts.map(
        ({ kind, from, to }) => `${kinds[kind]?.label} ${formatOnChart(to - from, axis.unit)}`,
      )
      return `${label}: ${each.join(', ')}`
    }),
  ])
}

function sentences(parts: readonly string[]): string {
  return `${parts.join('. ')}.`
}

function least(a: number, b: number): number {
  return Math.min(a, b)
}

function most(a: number, b: number): number {
  return Math.max(a, b)
}
