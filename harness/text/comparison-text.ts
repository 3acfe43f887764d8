/** Texts of compared metrics. */
import { formatDurationMs, formatRatio } from '../base/units.ts'
import type { Comparison, ComparisonCheck } from '../model/comparison.ts'
import { SEARCH_METRICS, type TrendMetric } from '../model/history.ts'

/** Metrics of which a worse figure is a smaller one. */
const LESS_IS_WORSE: ReadonlySet<string> = new Set(['throughput', ...SEARCH_METRICS])

/** Formats a change: `+12.5 %` for slower, `-8.0 %` for less throughput, percentage points for errors. Null without figures. */
export function changeText({
  metric,
  change,
}: Pick<ComparisonCheck, 'change'> & {
  readonly metric: ComparisonCheck['metric'] | TrendMetric
}): string | null {
  if (change === null) return null
  if (metric === 'error_ratio') return signed(change * 100, 2, 'points')
  if (metric === 'stalls') return signed(change, 0, 'intervals')
  return signed((LESS_IS_WORSE.has(metric) ? 1 / (1 + change) - 1 : change) * 100, 1, '%')
}

/** Names a gate: `p50`, `p99 of pay`, `p50 (service_time) of pay`. */
export function gateText({ metric, step, time }: Pick<ComparisonCheck, 'metric' | 'step' | 'time'>): string {
  const figure = time === 'service_time' ? `${metric} (service_time)` : metric
  return step === null ? figure : `${figure} of ${step}`
}

/** Formats the change of the same percentile by service time. Null where there is none. */
export function serviceChangeText({
  metric,
  serviceChange,
}: Pick<ComparisonCheck, 'metric' | 'serviceChange'>): string | null {
  return changeText({ metric, change: serviceChange })
}

/** Formats the smallest change that would have been confirmed with a probability of 90 %. */
export function detectableText({ metric, detectable }: ComparisonCheck): string | null {
  if (detectable === null) return null
  return metric === 'error_ratio'
    ? `${(detectable * 100).toFixed(2)} points`
    : `${(detectable * 100).toFixed(1)} %`
}

/** The share of the added time from which a component is named. */
const CULPRIT_SHARE = 0.5

/** Names the component that added most of the time of a latency; '' where none stands out. */
export function addedTimeText({ metric }: ComparisonCheck, { components: [worst] }: Comparison): string {
  const isLatency = metric !== 'error_ratio' && metric !== 'throughput'
  if (!isLatency || worst === undefined || worst.share < CULPRIT_SHARE) return ''
  const { component, baselineUs, candidateUs, share } = worst
  return `component '${component}' takes ${formatDurationMs(candidateUs / 1000)} a request instead of ${formatDurationMs(baselineUs / 1000)}, ${formatRatio(share)} of what was added`
}

function signed(value: number, digits: number, unit: string): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(digits)} ${unit}`
}
