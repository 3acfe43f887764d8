/** The requests that a plan knows by name; those of code are known when they are sent. */
import type { RequestStepPlan, RunPlan, StepPlan } from '../../model/plan.ts'

/** Returns every request, those after an answer included. */
export function plannedSteps({ journeys, login }: Pick<RunPlan, 'journeys' | 'login'>): RequestStepPlan[] {
  const steps = journeys.flatMap((journey) => journey.steps ?? [])
  return [...steps, ...(login === null || login === 'code' ? [] : login)].flatMap(requestsOf)
}

function requestsOf(step: StepPlan): RequestStepPlan[] {
  switch (step.kind) {
    case 'think':
      return []
    case 'choice':
      return step.alternatives.flatMap((alternative) => withFollowUps(alternative.step))
    case 'request':
      return withFollowUps(step)
  }
}

function withFollowUps(step: RequestStepPlan): RequestStepPlan[] {
  return [step, ...step.followUps.flatMap((followUp) => withFollowUps(followUp.step))]
}
