/** The labels of points: a closed set. No URL, status text, agent, iteration or trace id is ever a label, so that series are few. */
import { cutText } from '../../base/cut-text.ts'
import { visible } from '../../base/visible.ts'
import type { StepCounts } from '../../model/interval-snapshot.ts'
import type { Labels } from '../../model/metric-point.ts'
import type { RunPlan } from '../../model/plan.ts'
import { plannedRequests } from '../../model/plan-steps.ts'

/** The number of step names that an output is told; the others share one. */
export const STEP_NAMES_MAX = 200
const STEP_CHARS_MAX = 100
const OTHER_STEP = 'other'

/** The labels that are left out to keep within the budget of series. */
export interface Detail {
  readonly componentsByStep: boolean
  /** Start delay, connect time and time to first byte. */
  readonly delaysByStep: boolean
  readonly errorsByStep: boolean
}

export interface LabelSource {
  /** On every point. */
  readonly common: Labels
  /** Labels of a step in a phase, and of its target where there are several. */
  ofStep(step: string, phase: string): Labels
}

/** @param common labels of every point */
export function createLabels(
  { plan, steps }: { readonly plan: RunPlan; readonly steps: readonly StepCounts[] },
  common: Labels,
): LabelSource {
  const told = new Set<string>()
  for (const { step } of steps) if (told.size < STEP_NAMES_MAX) told.add(step)
  const targets = Object.keys(plan.targets).length > 1 ? targetsByStep(plan) : new Map<string, string>()
  return {
    common,
    ofStep(step, phase) {
      const target = targets.get(step)
      const name = told.has(step) ? cutText(visible(step), STEP_CHARS_MAX) : OTHER_STEP
      return { ...common, ...(target === undefined ? {} : { target }), step: name, phase }
    },
  }
}

/** The target of each step whose name says it; steps of code have none here. */
function targetsByStep(plan: RunPlan): Map<string, string> {
  return new Map(plannedRequests(plan).map(({ name, target }) => [name, target]))
}
