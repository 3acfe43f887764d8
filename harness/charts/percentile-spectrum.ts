/**
 * The whole distribution, its tail drawn out: x is log10(1 / (1 - quantile)), so that each nine takes the same room (the
 * form of HdrHistogram's plots). Response time is what users waited, from the instant a request was due; service time is
 * what the target took. Where they part, requests waited before they were sent, which a client that waits for answers hides.
 */

import { median } from 'simple-statistics'
import { formatAmount, formatRatio } from '../base/units.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { BaselineRun } from '../model/baseline.ts'
import type { ChartBand, ChartSeries, LineChart } from '../model/chart.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { boundsOf } from './marks.ts'
import { brief, quantilesMs, type RunSeries } from './run-series.ts'

/** Points a nine. */
const POINTS = 16

/** Null when nothing was measured. @param step null for all */
export function percentileSpectrum(series: RunSeries, step: string | null): LineChart | null {
  const response = measuredCounts(series, 'response_time', step)
  if (response.count === 0) return null
  const service = measuredCounts(series, 'service_time', step)
  const x = placesFor(Math.max(response.count, service.count))
  const runs = series.baseline === null ? [] : series.baseline.runs.map((run) => baselineCounts(run, step))
  const curves = runs.filter(({ count }) => count > 0).map((counts) => curveOf(counts, x))
  const name = series.baseline?.name ?? ''
  return {
    kind: 'lines',
    id: `spectrum${step === null ? '' : '-of-step'}`,
    title: `Percentiles${step === null ? '' : ` of step ${step}`}${curves.length === 0 ? '' : ` over baseline ${name}`}`,
    note: noteOf(curves.length),
    xAxis: { label: 'percentile of the requests', unit: 'percentile' },
    x,
    xLabels: null,
    yAxis: { label: 'time', unit: 'ms', isLog: true },
    series: [
      { label: 'response time', colour: 1, style: 'solid', values: curveOf(response, x) },
      { label: 'service time', colour: 0, style: 'dashed', values: curveOf(service, x) },
      ...baselineLine(curves, name),
    ],
    isStacked: false,
    bands: baselineBand(curves),
    bounds: boundsOf(series, 'spectrum', step),
    marks: [],
  }
}

function noteOf(runs: number): string {
  const both = 'Response time is from when a request was due, service time from when it was sent.'
  if (runs === 0) return both
  if (runs === 1) return `${both} The baseline is one run: how far runs of it differ is not known.`
  return `${both} Band: from the lowest to the highest of ${formatAmount(runs, 'baseline run')}; a run like them lies within with ${formatRatio(Math.round(((runs - 1) / (runs + 1)) * 100) / 100)} probability at each percentile.`
}

/** Response time is of whatever end a request came to. */
function measuredCounts({ view }: RunSeries, metric: CellMetric, step: string | null): SparseHistogram {
  return view.histogram(metric, step === null ? {} : { step })
}

function baselineCounts({ merged }: BaselineRun, step: string | null): SparseHistogram {
  const wanted = Object.entries(merged).filter(([name]) => step === null || step === name)
  return SparseHistogram.decodeAll(wanted.map(([, hdr]) => hdr))
}

/** The slowest of so many requests stands for their last half: at 1 it would lie at infinity. */
function endOf(count: number): number {
  return Math.floor(Math.log10(2 * Math.max(count, 1)) * 1e4) / 1e4
}

/** Up to the place of the slowest of so many requests. */
function placesFor(count: number): number[] {
  const last = endOf(count)
  const grid = Array.from({ length: Math.ceil(last * POINTS) }, (_, i) => i / POINTS)
  return [...new Set([...grid, brief(Math.log10(2)), last])].sort((a, b) => a - b)
}

/** Null beyond what so many requests can tell. */
function curveOf(counts: SparseHistogram, x: readonly number[]): (number | null)[] {
  const last = endOf(counts.count)
  const values = quantilesMs(
    counts,
    x.map((place) => 1 - 10 ** -place),
  )
  return values.map((value, i) => ((x[i] ?? 0) > last + 1e-9 ? null : value))
}

type Curve = readonly (number | null)[]

/** The middle run at each percentile. */
function baselineLine(curves: readonly Curve[], name: string): ChartSeries[] {
  const [first] = curves
  if (first === undefined) return []
  const label = curves.length === 1 ? `baseline ${name}` : `baseline ${name}, median`
  const values = first.map((_, i) => known(curves, i, (all) => brief(median(all))))
  return [{ label, colour: 'quiet', style: 'solid', values }]
}

function baselineBand(curves: readonly Curve[]): ChartBand[] {
  const [first] = curves
  if (first === undefined || curves.length === 1) return []
  return [
    {
      label: 'baseline runs',
      colour: 'quiet',
      low: first.map((_, i) => known(curves, i, (all) => Math.min(...all))),
      high: first.map((_, i) => known(curves, i, (all) => Math.max(...all))),
    },
  ]
}

/** Where every run reaches. */
function known(curves: readonly Curve[], at: number, join: (all: number[]) => number): number | null {
  const all = curves.map((curve) => curve[at] ?? null).filter((value) => value !== null)
  return all.length < curves.length ? null : join(all)
}
