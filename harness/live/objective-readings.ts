/** The value of each objective by now, and the samples that it still needs. */
import { sampleCountOf } from '../analysis/evaluate.ts'
import type { MeasuredView } from '../analysis/measured-view.ts'
import { metricValue } from '../analysis/metric-values.ts'
import { metricOf } from '../analysis/metrics/catalogue.ts'
import { type LiveInterval, viewOf } from '../analysis/monitor/live-interval.ts'
import { leastToProve } from '../analysis/sample-size.ts'
import { allowanceOf } from '../analysis/share-claim.ts'
import type { MissingSamples, ObjectiveStatus } from '../model/live-view.ts'
import type { ObjectivePlan, RunPlan } from '../model/plan.ts'
import { QuantileSums } from './quantile-sums.ts'

/** Intervals end a little early or late: one that only touches a window does not belong to it. */
const SLACK_MS = 500

type Reading = Pick<ObjectiveStatus, 'observed' | 'missing'>

/** Keeps the seconds that windows reach back over. */
export class ObjectiveReadings {
  readonly #plan: RunPlan
  readonly #keepMs: number
  #recent: LiveInterval[] = []
  readonly #quantiles: QuantileSums

  constructor(plan: RunPlan) {
    this.#plan = plan
    this.#quantiles = new QuantileSums(plan.objectives.filter(({ watch }) => watch?.windowMs == null))
    this.#keepMs = Math.max(0, ...plan.objectives.map(({ watch }) => watch?.windowMs ?? 0))
  }

  /**
   * Reads every objective after one more second, in the order of the plan.
   * @param single a view of that second
   * @param whole everything so far
   */
  read(interval: LiveInterval, single: MeasuredView, whole: MeasuredView): Reading[] {
    this.#quantiles.add(single)
    const nowMs = interval.merged.endMs
    this.#recent = [...this.#recent, interval].filter(({ merged }) =>
      isWithin(merged.endMs, nowMs, this.#keepMs),
    )
    const views = new Map<number, MeasuredView>()
    const last = (windowMs: number) => {
      const known = views.get(windowMs)
      if (known !== undefined) return known
      const view = viewOf(
        this.#recent.filter(({ merged }) => isWithin(merged.endMs, nowMs, windowMs)),
        this.#plan,
      )
      views.set(windowMs, view)
      return view
    }
    return this.#plan.objectives.map((objective) => {
      const windowMs = objective.watch?.windowMs ?? null
      if (windowMs !== null)
        return readingOf(last(windowMs), objective, metricValue(last(windowMs), objective))
      const percentile = this.#quantiles.valueOf(objective, whole)
      return readingOf(
        whole,
        objective,
        percentile === undefined ? metricValue(whole, objective) : percentile,
      )
    })
  }
}

function isWithin(endMs: number, nowMs: number, windowMs: number): boolean {
  return endMs > nowMs - windowMs + SLACK_MS
}

function readingOf(view: MeasuredView, objective: ObjectivePlan, value: number | null): Reading {
  const count = sampleCountOf(view, objective)
  // A rate of nothing is 0, and was not measured.
  return {
    observed: count === 0 ? null : value,
    missing: missingOf(count, objective),
  }
}

/** Below `minSamples` nothing is judged; below the least number that could prove a claim it is not proven. */
function missingOf(count: number, objective: ObjectivePlan): MissingSamples | null {
  const { minSamples } = objective
  const noun = metricOf(objective).value.kind === 'gauge' ? 'second' : 'request'
  if (count < minSamples) return { count: minSamples - count, noun, isRequired: true }
  const { allowed, atMost } = allowanceOf(objective) ?? { allowed: 0, atMost: false }
  const needed = atMost && allowed > 0 && allowed < 1 ? leastToProve(allowed) : 0
  return count < needed ? { count: needed - count, noun, isRequired: false } : null
}
