/** The limits of a worker, whatever a plan says and whoever sent it. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import type { RunPlan } from '../../model/plan.ts'
import { agentsOf } from '../../model/plan-load.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'

export interface PlanLimits {
  /** Journeys a second of its share; null: as many as asked for. */
  readonly rateMax: number | null
  /** Agents of its share; null: as many as asked for. */
  readonly agentsMax: number | null
  readonly durationMsMax: number
}

/** Returns what of a plan is beyond the limits. @param share of its threads in those of the run, 0-1 */
export function beyondLimits(plan: RunPlan, share: number, limits: PlanLimits): PreflightFinding[] {
  const rates = plan.workloads.flatMap(({ model, expectedIterations, durationMs }) =>
    model === 'open' ? [((expectedIterations ?? 0) / durationMs) * 1000] : [],
  )
  const rate = rates.reduce((sum, each) => sum + each, 0)
  const over = (flag: string, asked: number, most: number | null, write: (value: number) => string) =>
    most === null || asked <= most
      ? []
      : [`${write(asked)} is asked of it, and ${flag} allows ${write(most)}`]
  const problems = [
    ...over('--max-duration', plan.durationMs, limits.durationMsMax, formatDurationMs),
    ...over(
      '--max-agents',
      Math.ceil(agentsOf(plan) * share),
      limits.agentsMax,
      (value) => `${formatCount(value)} agents`,
    ),
    ...(rates.length > 0
      ? over('--max-rate', rate * share, limits.rateMax, (value) => `${formatCount(Math.ceil(value))}/s`)
      : []),
  ]
  return problems.map((message) => ({
    ...{ check: 'worker-limits', level: 'blocked', message },
    hint: 'Start the worker with a higher limit, use more --workers, or ask for less load.',
  }))
}
