/** The names by which a plan tells its phases, regions, journeys, steps and objectives apart. */
import type { RunPlan } from './plan.ts'

export function planNames(plan: RunPlan): ReadonlySet<string> {
  const { phases, workloads, journeys, login, objectives, limits } = plan
  const ids = [...objectives, ...limits].map(({ id }) => id)
  return new Set([...namesIn([phases, workloads, journeys, login]), ...ids])
}

function namesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namesIn)
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'name' && typeof value === 'string' ? [value] : namesIn(value),
  )
}
