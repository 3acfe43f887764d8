/** Counts of requests by outcome: the only place that defines which outcomes are bad, and which count as completed. */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import type { CellKey, StepCounts, WorkloadCounts } from '../model/interval-snapshot.ts'

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
export type Counts = Omit<StepCounts, 'phase' | 'step' | 'region' | 'workload'>

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
export function stepName({
  phase,
  step,
  region,
  workload,
}: Pick<StepCounts, 'phase' | 'step' | 'region' | 'workload'>): string {
  return [phase, step, region ?? '', workload ?? ''].join('\u0000')
}

/** Returns the name under which the values of a histogram are added up. */
export function cellName({ phase, step, metric, outcome, component, region, workload }: CellKey): string {
  return [phase, step, metric, outcome, component, region ?? '', workload ?? ''].join('\u0000')
}

/** Adds counters to those of the same step so far. */
export function addSteps(a: StepCounts | undefined, b: StepCounts): StepCounts {
  if (a === undefined) return b
  const { phase, step, region, workload, ...left } = a
  const { phase: _phase, step: _step, region: _region, workload: _workload, ...right } = b
  return {
    phase,
    step,
    ...(region === undefined ? {} : { region }),
    ...(workload === undefined ? {} : { workload }),
    ...addCounts(left, right),
  }
}

type ByWorkload = Readonly<Record<string, WorkloadCounts>> | undefined

/** Adds up the counts of workloads in one stretch, or of neighbouring ones. @param areNeighbours the later gauges are those at the end */
export function addWorkloads(
  a: ByWorkload,
  b: ByWorkload,
  areNeighbours = false,
): { readonly workloads?: Record<string, WorkloadCounts> } {
  if (a === undefined && b === undefined) return {}
  const sums = new Map(Object.entries(a ?? {}))
  for (const [name, counts] of Object.entries(b ?? {})) {
    const { activeAgents, backlog } = counts
    const sum = sums.get(name)
    const whole = sum === undefined ? counts : addNumbers(sum, counts)
    sums.set(name, areNeighbours ? { ...whole, activeAgents, backlog } : whole)
  }
  return { workloads: Object.fromEntries(sums) }
}
