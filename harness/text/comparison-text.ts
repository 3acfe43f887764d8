/** Texts of compared metrics. */
import type { ComparisonCheck } from '../model/comparison.ts'

/** Formats a change: `+12.5 %` for slower, `-8.0 %` for less throughput, percentage points for errors. Null without figures. */
export function changeText({ metric, change }: Pick<ComparisonCheck, 'metric' | 'change'>): string | null {
  if (change === null) return null
  if (metric === 'error_ratio') return signed(change * 100, 2, 'points')
  if (metric === 'stalls') return signed(change, 0, 'intervals')
  // Worse throughput is less of it.
  return signed((metric === 'throughput' ? 1 / (1 + change) - 1 : change) * 100, 1, '%')
}

/** Formats the smallest change that would have been confirmed with a probability of 90 %. */
export function detectableText({ metric, detectable }: ComparisonCheck): string | null {
  if (detectable === null) return null
  return metric === 'error_ratio'
    ? `${(detectable * 100).toFixed(2)} points`
    : `${(detectable * 100).toFixed(1)} %`
}

function signed(value: number, digits: number, unit: string): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(digits)} ${unit}`
}
