/**
 * The steps of a journey as gates: what makes one of twenty steps slow hardly moves the whole run. A percentile is a gate where
 * every run has requests enough beyond it; one with fewer is a remark, never a reason.
 */
import { lookUp } from '../../base/names.ts'
import { formatAmount } from '../../base/units.ts'
import type { ComparedMetric } from '../../model/run-summary.ts'
import { allRunsOf, type ComparisonInput } from './compared-run.ts'
import { isPercentile } from './compared-time.ts'
import { effectiveBeyond, type GateKey, NOTHING } from './gates.ts'

/** Effective requests beyond the percentile of a step, in every run. */
const EFFECTIVE_BEYOND_MIN = 5

export interface StepGates {
  readonly keys: readonly GateKey[]
  readonly notes: readonly string[]
}

/** None in a run of a single step, because that step is the run. */
export function stepGates(input: ComparisonInput, gates: readonly ComparedMetric[]): StepGates {
  const runs = allRunsOf(input)
  const steps = [...new Set(runs.flatMap((run) => Object.keys(run.steps)))].sort()
  if (steps.length < 2) return { keys: [], notes: [] }
  const percentiles = gates.filter(isPercentile)
  const keys: GateKey[] = []
  const leftOut: string[] = []
  for (const step of steps) {
    const summaries = runs.map((run) => lookUp(run.steps, step) ?? NOTHING)
    const few = percentiles.filter((metric) =>
      summaries.some((summary) => effectiveBeyond(summary, metric) < EFFECTIVE_BEYOND_MIN),
    )
    keys.push(...percentiles.filter((metric) => !few.includes(metric)).map((metric) => ({ step, metric })))
    if (few.length === 0) continue
    const place = few.length === percentiles.length ? step : `${few.join(', ')} of ${step}`
    const requests = Math.min(...summaries.map((summary) => summary.requests))
    leftOut.push(`${place} (${formatAmount(requests, 'request')})`)
  }
  return {
    keys,
    notes: leftOut.length === 0 ? [] : [`too few independent requests to compare: ${leftOut.join('; ')}`],
  }
}
