/** Points of the counters of steps. */
import type { StepCounts } from '../../model/interval-snapshot.ts'
import type { Labels, MetricFamily, MetricPoint } from '../../model/metric-point.ts'
import { FAMILIES } from './families.ts'
import type { Detail, LabelSource } from './labels.ts'

/** Translates the counters; regions, and steps that share a name, are added up. */
export function stepPoints(
  steps: readonly StepCounts[],
  { common, ofStep }: LabelSource,
  { errorsByStep }: Detail,
): MetricPoint[] {
  const sums = new CounterSums()
  for (const counts of steps) {
    const labels = ofStep(counts.step, counts.phase)
    const { ok, failed, errored, timedOut, aborted } = counts
    for (const [outcome, value] of Object.entries({ ok, failed, errored, timed_out: timedOut, aborted }))
      if (value > 0 || outcome === 'ok') sums.add(FAMILIES.requests, { ...labels, outcome }, value)
    for (const [error, value] of Object.entries(counts.errors)) {
      const where = errorsByStep ? labels : { ...common, phase: counts.phase }
      sums.add(FAMILIES.errors, { ...where, error }, value)
    }
    sums.add(FAMILIES.retries, labels, counts.retries)
    sums.add(FAMILIES.bytesSent, labels, counts.bytesSent)
    sums.add(FAMILIES.bytesReceived, labels, counts.bytesReceived)
  }
  return sums.points
}

class CounterSums {
  readonly #points = new Map<string, { family: MetricFamily; labels: Labels; value: number }>()

  get points(): MetricPoint[] {
    return [...this.#points.values()]
  }

  add(family: MetricFamily, labels: Labels, value: number): void {
    const key = seriesKey(family, labels)
    const point = this.#points.get(key)
    if (point === undefined) this.#points.set(key, { family, labels, value })
    else point.value += value
  }
}

/** Returns the identity of a series. */
export function seriesKey({ key }: MetricFamily, labels: Labels): string {
  let text = key
  for (const [name, value] of Object.entries(labels)) text += `\u0000${name}\u0000${value}`
  return text
}
