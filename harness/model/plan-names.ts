/** What a plan calls its phases, regions, journeys and steps, wherever they stand in it. */
import type { RunPlan } from './plan.ts'

export function planNames({ phases, workload, journeys, login }: RunPlan): ReadonlySet<string> {
  return new Set(namesIn([phases, workload.regions, journeys, login]))
}

function namesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namesIn)
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'name' && typeof value === 'string' ? [value] : namesIn(value),
  )
}
