/** The patterns of a plan: of one workload its name, of several each by its own. */
import type { RunPlan } from '../model/plan.ts'

export function patternText({ workloads }: Pick<RunPlan, 'workloads'>): string {
  return workloads
    .map(({ name, pattern }) => (name === undefined ? pattern : `${name}: ${pattern}`))
    .join(', ')
}
