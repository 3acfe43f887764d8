import type { RunPlan } from '../model/plan.ts'
import { compileCurve } from './curve.ts'

/** Returns the arrivals a second that all open workloads of a plan ask for; null without one. @param atMs since run start */
export function plannedRateAt({ workloads }: Pick<RunPlan, 'workloads'>, atMs: number): number | null {
  const open = workloads.filter(({ model }) => model === 'open')
  if (open.length === 0) return null
  return open.reduce((sum, { curve, startMs }) => sum + compileCurve(curve).valueAt(atMs - startMs), 0)
}
