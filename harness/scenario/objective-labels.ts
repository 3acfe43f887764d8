/** Labels of objectives that name a step, phase or outcome the run will never have: they would find no data. */
import type { Problem } from '../base/errors.ts'
import { STEP_OUTCOMES } from '../model/outcome.ts'
import type { RunPlan, StepPlan } from '../model/plan.ts'
import { unknownName } from './problems.ts'

/** Code names its steps while it runs, so step names are known only where all journeys are declarative. */
export function unknownLabels(
  plan: Pick<RunPlan, 'objectives' | 'phases' | 'journeys' | 'login'>,
): Problem[] {
  const known: Readonly<Record<string, readonly string[] | null>> = {
    phase: plan.phases.map(({ name }) => name),
    outcome: STEP_OUTCOMES,
    step: stepNamesOf(plan),
  }
  return plan.objectives.flatMap(({ labels }, i) =>
    Object.entries(labels).flatMap(([label, value]) => {
      const names = known[label] ?? null
      return names === null || names.includes(value)
        ? []
        : [unknownName(['objectives', i], label, value, names)]
    }),
  )
}

/** Every name under which the plan records requests; null when code may add others. */
function stepNamesOf({ journeys, login }: Pick<RunPlan, 'journeys' | 'login'>): string[] | null {
  if (login === 'code' || journeys.some(({ steps }) => steps === null)) return null
  const steps = [...journeys.flatMap((journey) => journey.steps ?? []), ...(login ?? [])]
  return [...new Set(steps.flatMap(namesOf))]
}

function namesOf(step: StepPlan): string[] {
  switch (step.kind) {
    case 'think':
      return []
    case 'choice':
      return step.alternatives.flatMap((alternative) => namesOf(alternative.step))
    case 'request':
      return [step.name, ...step.followUps.flatMap((followUp) => namesOf(followUp.step))]
  }
}
