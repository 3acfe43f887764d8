/**
 * A whole distribution, its tail drawn out: x is log10(1 / (1 - quantile)), so that each nine takes the same room (the form
 * of HdrHistogram's plots).
 */
import type { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { ChartSeries, LineChart } from '../model/chart.ts'
import { fourDigits } from './four-digits.ts'
import { line, placeColour } from './lines.ts'
import { quantilesMs } from './percentiles.ts'

/** Points a nine. */
const POINTS = 16

interface Spectrum extends Pick<LineChart, 'id' | 'title' | 'note' | 'x' | 'series' | 'bands' | 'bounds'> {
  /** Name of the axis of times. */
  readonly label: string
}

/** Curves over the percentiles of the requests. */
export function spectrumChart({ label, ...chart }: Spectrum): LineChart {
  return {
    ...chart,
    kind: 'lines',
    xAxis: { label: 'percentile of the requests', unit: 'percentile' },
    xLabels: null,
    yAxis: { label, unit: 'ms', isLog: true },
    isStacked: false,
    marks: [],
  }
}

/** Response times of several steps or runs over one another. */
export function overlaidSpectrum(
  parts: readonly { readonly label: string; readonly histogram: SparseHistogram }[],
  title: string,
): LineChart {
  const measured = parts.filter(({ histogram }) => histogram.count > 0)
  const x = placesFor(Math.max(1, ...measured.map(({ histogram }) => histogram.count)))
  return spectrumChart({
    id: 'spectrum',
    title,
    note: 'The slowest requests are on the right, where the scale is widest. Lower is faster.',
    label: 'response time',
    x,
    series: measured.map(
      ({ label, histogram }, i): ChartSeries =>
        line(label, placeColour(i), i % 2 === 0 ? 'solid' : 'dashed', curveOf(histogram, x)),
    ),
    bands: [],
    bounds: [],
  })
}

/** The places up to that of the slowest of `count` requests. */
export function placesFor(count: number): number[] {
  const last = endOf(count)
  const grid = Array.from({ length: Math.ceil(last * POINTS) }, (_, i) => i / POINTS)
  return [...new Set([...grid, fourDigits(Math.log10(2)), last])].sort((a, b) => a - b)
}

/** Times at places, ms; null beyond what so many requests can tell. */
export function curveOf(counts: SparseHistogram, x: readonly number[]): (number | null)[] {
  const last = endOf(counts.count)
  const values = quantilesMs(
    counts,
    x.map((place) => 1 - 10 ** -place),
  )
  return values.map((value, i) => ((x[i] ?? 0) > last + 1e-9 ? null : value))
}

/** The place of the slowest request: it stands for the last half of one, at 1 it would lie at infinity. */
function endOf(count: number): number {
  return Math.floor(Math.log10(2 * Math.max(count, 1)) * 1e4) / 1e4
}
