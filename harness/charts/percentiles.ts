/** Percentiles of response times that charts draw, each in the same colour and style wherever it is drawn. */
import type { ChartColour, ChartSeries } from '../model/chart.ts'
import { fourDigits } from './four-digits.ts'

/** A histogram as far as percentiles need it. */
interface Quantiles {
  readonly count: number
  quantilesUs(quantiles: readonly number[]): readonly number[]
}

interface Percentile {
  readonly label: string
  readonly quantile: number
  readonly colour: ChartColour
  readonly style: ChartSeries['style']
}

export const P99: Percentile = { label: 'p99', quantile: 0.99, colour: 1, style: 'solid' }

/** From the fastest to the slowest. */
export const PERCENTILES: readonly Percentile[] = [
  { label: 'p50', quantile: 0.5, colour: 0, style: 'solid' },
  { label: 'p90', quantile: 0.9, colour: 4, style: 'dotted' },
  { label: 'p95', quantile: 0.95, colour: 2, style: 'dashed' },
  P99,
  { label: 'p99.9', quantile: 0.999, colour: 3, style: 'dashed' },
  { label: 'max', quantile: 1, colour: 'quiet', style: 'dotted' },
]

/** Percentiles drawn of every run. */
export const USUAL_PERCENTILES = ['p50', 'p95', 'p99'] as const

/** Percentiles by name, ms; null where there is no response time. */
export function percentilesOf(
  histogram: Quantiles,
  labels: readonly string[] = USUAL_PERCENTILES,
): Record<string, number | null> {
  const wanted = PERCENTILES.filter(({ label }) => labels.includes(label))
  const values = quantilesMs(
    histogram,
    wanted.map(({ quantile }) => quantile),
  )
  return Object.fromEntries(wanted.map(({ label }, i) => [label, values[i] ?? null]))
}

/** Times of rising quantiles, ms; null where there is no response time. */
export function quantilesMs(histogram: Quantiles, quantiles: readonly number[]): (number | null)[] {
  if (histogram.count === 0) return quantiles.map(() => null)
  return histogram.quantilesUs(quantiles).map((us) => fourDigits(us / 1000))
}
