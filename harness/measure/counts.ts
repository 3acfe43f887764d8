/** Counts of requests by outcome: the only place that defines which outcomes are bad, and which count as completed. */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import type { CellKey, StepCounts } from '../model/interval-snapshot.ts'

/** The completed requests by outcome. */
export type EndCounts = Pick<StepCounts, 'ok' | 'failed' | 'errored' | 'timedOut'>

/** Returns the number of completed requests that did not end ok. */
export function badOf({ failed, errored, timedOut }: Omit<EndCounts, 'ok'>): number {
  return failed + errored + timedOut
}

/** Returns the number of completed requests: all but the aborted. */
export function completedOf(counts: EndCounts): number {
  return counts.ok + badOf(counts)
}

/** The counters of some requests, wherever they belong. */
export type Counts = Omit<StepCounts, 'phase' | 'step' | 'region'>

/** Adds up two counters, tallies by name. */
export function addCounts(a: Counts, b: Counts): Counts {
  const { errors, statuses, failedStatuses, ...left } = a
  const { errors: moreErrors, statuses: moreStatuses, failedStatuses: moreFailed, ...right } = b
  return {
    ...addNumbers(left, right),
    errors: addTallies([errors, moreErrors]),
    statuses: addTallies([statuses, moreStatuses]),
    failedStatuses: addTallies([failedStatuses, moreFailed]),
  }
}

/** Returns the name under which the counters of a step are added up. */
export function stepName({ phase, step, region }: Pick<StepCounts, 'phase' | 'step' | 'region'>): string {
  return `${phase}\u0000${step}\u0000${region ?? ''}`
}

/** Returns the name under which the values of a histogram are added up. */
export function cellName({ phase, step, metric, outcome, component, region }: CellKey): string {
  return [phase, step, metric, outcome, component, region ?? ''].join('\u0000')
}

/** Adds counters to those of the same step so far. */
export function addSteps(a: StepCounts | undefined, b: StepCounts): StepCounts {
  if (a === undefined) return b
  const { phase, step, region, ...left } = a
  const { phase: _phase, step: _step, region: _region, ...right } = b
  return { phase, step, ...(region === undefined ? {} : { region }), ...addCounts(left, right) }
}
