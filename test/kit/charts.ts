import { shadesOf } from '../../harness/charts/latency-heat-map.ts'
import { placeColour } from '../../harness/charts/lines.ts'
import type { HeatMapChart, LineChart, WaterfallChart } from '../../harness/model/chart.ts'

const SECONDS = Array.from({ length: 121 }, (_, i) => i)
/** Uneven, and the same every time. */
const wave = (i: number, seed: number) => Math.sin(i * 1.7 + seed) + Math.sin(i * 0.61 + 2 * seed) / 2

/** Two minutes of percentiles with a breach; say only what matters. */
export function aLineChart(changes: Partial<LineChart> = {}): LineChart {
  const percentile = (base: number, seed: number) =>
    SECONDS.map((i) => base * (i > 70 && i < 95 ? 1.9 : 1) * (1 + 0.12 * wave(i, seed)))
  return {
    kind: 'lines',
    id: 'latency-over-time',
    title: 'Response time over time',
    note: 'What users waited, second by second.',
    xAxis: { label: 'Time since the start', unit: 's' },
    x: SECONDS,
    xLabels: null,
    yAxis: { label: 'Response time', unit: 'ms' },
    series: [
      { label: 'p50', colour: 0, style: 'solid', values: percentile(22, 1) },
      { label: 'p95', colour: 1, style: 'dashed', values: percentile(58, 2) },
      { label: 'p99', colour: 2, style: 'dotted', values: percentile(81, 3) },
    ],
    isStacked: false,
    bands: [],
    bounds: [{ objective: 'p99', label: 'p99 <', value: 100 }],
    marks: [
      { kind: 'phase', objective: null, label: 'warm-up', x: 0, toX: 20 },
      { kind: 'phase', objective: null, label: 'steady', x: 20, toX: 120 },
      { kind: 'breach', objective: 'p99', label: 'p99 missed', x: 71, toX: 95 },
    ],
    ...changes,
  }
}

/** Response times of two minutes, mostly fast, some ten times as slow. */
export function aHeatMap(changes: Partial<HeatMapChart> = {}): HeatMapChart {
  const xEdges = Array.from({ length: 61 }, (_, i) => i * 2)
  const yEdges = Array.from({ length: 25 }, (_, i) => 2 * 10 ** (i / 8))
  const near = (row: number, middle: number, width: number) => Math.exp(-(((row - middle) / width) ** 2))
  const counts = Array.from({ length: 60 }, (_, x) =>
    Array.from({ length: 24 }, (_, y) =>
      Math.round(900 * near(y, 8 + 0.6 * wave(x, 1), 2) + (x > 35 && x < 47 ? 60 : 4) * near(y, 17, 2.5)),
    ),
  )
  return {
    kind: 'heat-map',
    id: 'latency-heat-map',
    title: 'Response times over time',
    note: 'Darker is more requests.',
    xAxis: { label: 'Time since the start', unit: 's' },
    xEdges,
    yAxis: { label: 'Response time', unit: 'ms', isLog: true },
    yEdges,
    counts,
    shades: shadesOf(changes.counts ?? counts),
    bounds: [{ objective: 'p99', label: 'p99 <', value: 100 }],
    ...changes,
  }
}

/** Where the time of three steps goes. */
export function aWaterfall(changes: Partial<WaterfallChart> = {}): WaterfallChart {
  const row = (label: string, times: readonly number[]): WaterfallChart['rows'][number] => ({
    label,
    parts: times.map((_, kind) => {
      const from = times.slice(0, kind).reduce((sum, ms) => sum + ms, 0)
      return { kind, from, to: from + (times[kind] ?? 0) }
    }),
  })
  return {
    kind: 'waterfall',
    id: 'components',
    title: 'Where the time goes',
    note: 'Mean of all requests of a step.',
    axis: { label: 'Time', unit: 'ms' },
    kinds: (['start delay', 'policy', 'llm', 'event-store'] as const).map((label, i) => ({
      label,
      colour: placeColour(i),
    })),
    rows: [row('safe', [0.4, 15, 0, 3]), row('risky', [0.4, 14, 52, 3]), row('complex', [0.5, 16, 48, 3.2])],
    ...changes,
  }
}
