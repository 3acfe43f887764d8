/** Counts of requests by outcome: the only place that defines which outcomes are bad, and which count as completed. */
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
