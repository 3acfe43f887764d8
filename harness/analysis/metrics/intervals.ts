/** Amounts of one interval, for metrics that have a value in each. */
import type { MeasuredInterval } from '../measured-view.ts'
import type { IntervalCounts, Labels } from './metric.ts'

/** The length of an interval in seconds, never 0. */
export function secondsOf({ startMs, endMs }: Pick<MeasuredInterval, 'startMs' | 'endMs'>): number {
  return Math.max(0.001, (endMs - startMs) / 1000)
}

/** Adds up an amount over the steps of an interval that the labels select. */
export function sumOverSteps(
  { steps }: MeasuredInterval,
  { step: wanted }: Labels,
  amountOf: (counts: IntervalCounts) => number,
): number {
  return Object.entries(steps).reduce(
    (sum, [step, counts]) => (wanted === undefined || wanted === step ? sum + amountOf(counts) : sum),
    0,
  )
}
