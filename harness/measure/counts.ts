/** Requests by how they ended: the one place that knows which ends are bad, and which are ends of their own. */
import type { StepCounts } from '../model/interval-snapshot.ts'

/** Requests that came to an end of their own, by its class. */
export type EndCounts = Pick<StepCounts, 'ok' | 'failed' | 'errored' | 'timedOut'>

/** Requests that did not end well. */
export function badOf({ failed, errored, timedOut }: Omit<EndCounts, 'ok'>): number {
  return failed + errored + timedOut
}

/** Requests that came to an end of their own: all but the aborted. */
export function completedOf(counts: EndCounts): number {
  return counts.ok + badOf(counts)
}
