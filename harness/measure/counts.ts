/** Counts of requests by outcome: the only place that defines which outcomes are bad, and which count as completed. */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import type { StepCounts } from '../model/interval-snapshot.ts'

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
