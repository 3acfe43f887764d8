/**
 * The spectrum of a finished run, of all requests or of a step. Response time is what users waited, from the instant a
 * request was due; service time is what the target took. Where they part, requests waited before they were sent, which a
 * client that waits for answers hides.
 */
import { median } from 'simple-statistics'
import { formatAmount, formatRatio } from '../base/units.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { BaselineRun } from '../model/baseline.ts'
import type { ChartBand, ChartSeries, LineChart } from '../model/chart.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { fourDigits } from './four-digits.ts'
import { line } from './lines.ts'
import type { RecordSeries } from './record-series.ts'
import { boundsOn } from './run-series.ts'
import { curveOf, placesFor, spectrumChart } from './spectrum.ts'

/** Null when nothing was measured. @param step null for all */
export function percentileSpectrum(series: RecordSeries, step: string | null): LineChart | null {
  const response = measuredCounts(series, 'response_time', step)
  if (response.count === 0) return null
  const service = measuredCounts(series, 'service_time', step)
  const x = placesFor(Math.max(response.count, service.count))
  const runs = series.baseline === null ? [] : series.baseline.runs.map((run) => baselineCounts(run, step))
  const curves = runs.filter(({ count }) => count > 0).map((counts) => curveOf(counts, x))
  const name = series.baseline?.name ?? ''
  return spectrumChart({
    id: `spectrum${step === null ? '' : '-of-step'}`,
    title: `Percentiles${step === null ? '' : ` of step ${step}`}${curves.length === 0 ? '' : ` over baseline ${name}`}`,
    note: noteOf(curves.length),
    label: 'time',
    x,
    series: [
      line('response time', 1, 'solid', curveOf(response, x)),
      line('service time', 0, 'dashed', curveOf(service, x)),
      ...baselineLine(curves, name),
    ],
    bands: baselineBand(curves),
    bounds: boundsOn(series.bounds, 'spectrum', step),
  })
}

function noteOf(runs: number): string {
  const both = 'Response time is from when a request was due, service time from when it was sent.'
  if (runs === 0) return both
  if (runs === 1) return `${both} The baseline is one run: how far runs of it differ is not known.`
  return `${both} Band: from the lowest to the highest of ${formatAmount(runs, 'baseline run')}; a run like them lies within with ${formatRatio(Math.round(((runs - 1) / (runs + 1)) * 100) / 100)} probability at each percentile.`
}

function measuredCounts({ view }: RecordSeries, metric: CellMetric, step: string | null): SparseHistogram {
  return view.histogram(metric, step === null ? {} : { step })
}

function baselineCounts({ merged }: BaselineRun, step: string | null): SparseHistogram {
  const wanted = Object.entries(merged).filter(([name]) => step === null || step === name)
  return SparseHistogram.decodeAll(wanted.map(([, hdr]) => hdr))
}

type Curve = readonly (number | null)[]

/** The middle run at each percentile. */
function baselineLine(curves: readonly Curve[], name: string): ChartSeries[] {
  const [first] = curves
  if (first === undefined) return []
  const label = curves.length === 1 ? `baseline ${name}` : `baseline ${name}, median`
  const values = first.map((_, i) => known(curves, i, (all) => fourDigits(median(all))))
  return [line(label, 'quiet', 'solid', values)]
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

/** The joined values where every run reaches; null beyond. */
function known(curves: readonly Curve[], at: number, join: (all: number[]) => number): number | null {
  const all = curves.map((curve) => curve[at] ?? null).filter((value) => value !== null)
  return all.length < curves.length ? null : join(all)
}
