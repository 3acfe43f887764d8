/** The steps of a plan, those inside others included. */
import type { RequestStepPlan, RunPlan, StepPlan } from './plan.ts'

/** Steps inside a step, and where they stand in a scenario, from the step on. */
export interface InnerSteps {
  readonly path: readonly string[]
  readonly steps: readonly StepPlan[]
}

/** Returns the lists of steps that a step holds. */
export function innerSteps(step: StepPlan): readonly InnerSteps[] {
  switch (step.kind) {
    case 'repeat':
    case 'group':
      return [{ path: ['steps'], steps: step.steps }]
    case 'parallel':
      return [{ path: ['parallel'], steps: step.steps }]
    case 'if':
      return [
        { path: ['steps'], steps: step.steps },
        { path: ['else'], steps: step.else },
      ]
    case 'switch':
      return [
        ...step.cases.map(({ value, steps }) => ({ path: ['cases', value], steps })),
        { path: ['else'], steps: step.else },
      ]
    case 'request':
    case 'think':
    case 'pace':
    case 'rendezvous':
    case 'choice':
      return []
  }
}

/** Returns every step of the lists, those inside a step after it. */
export function everyStep(steps: readonly StepPlan[]): StepPlan[] {
  return steps.flatMap((step) => [step, ...innerSteps(step).flatMap((inner) => everyStep(inner.steps))])
}

/** Returns every request of a list of steps, alternatives and those after an answer included. */
export function requestsIn(steps: readonly StepPlan[]): RequestStepPlan[] {
  return everyStep(steps).flatMap((step) => {
    if (step.kind === 'request') return withFollowUps(step)
    return step.kind === 'choice' ? step.alternatives.flatMap((each) => withFollowUps(each.step)) : []
  })
}

function withFollowUps(step: RequestStepPlan): RequestStepPlan[] {
  return [step, ...step.followUps.flatMap((followUp) => withFollowUps(followUp.step))]
}

/** Returns the steps that agents walk: of every journey that is not code, and of the login. */
export function walkedSteps({ journeys, login }: Pick<RunPlan, 'journeys' | 'login'>): StepPlan[] {
  return [
    ...journeys.flatMap((journey) => journey.steps ?? []),
    ...(login === null || login === 'code' ? [] : login),
  ]
}

/** Returns the names of the groups of a plan. */
export function groupNamesOf(plan: Pick<RunPlan, 'journeys' | 'login'>): string[] {
  return [
    ...new Set(everyStep(walkedSteps(plan)).flatMap((step) => (step.kind === 'group' ? [step.name] : []))),
  ]
}

/** Returns every request that a plan knows; those of code are known when they are sent. */
export function plannedRequests(plan: Pick<RunPlan, 'journeys' | 'login'>): RequestStepPlan[] {
  return requestsIn(walkedSteps(plan))
}

/** Returns the steps with every request changed. */
export function mapRequests(
  steps: readonly StepPlan[],
  change: (step: RequestStepPlan) => RequestStepPlan,
): StepPlan[] {
  const changed = (step: RequestStepPlan): RequestStepPlan => ({
    ...change(step),
    followUps: step.followUps.map((followUp) => ({ ...followUp, step: changed(followUp.step) })),
  })
  const all = (list: readonly StepPlan[]): StepPlan[] => list.map(each)
  const each = (step: StepPlan): StepPlan => {
    switch (step.kind) {
      case 'request':
        return changed(step)
      case 'think':
      case 'pace':
      case 'rendezvous':
        return step
      case 'choice':
        return {
          ...step,
          alternatives: step.alternatives.map((other) => ({ ...other, step: changed(other.step) })),
        }
      case 'repeat':
      case 'group':
        return { ...step, steps: all(step.steps) }
      case 'parallel':
        return { ...step, steps: step.steps.map(changed) }
      case 'if':
        return { ...step, steps: all(step.steps), else: all(step.else) }
      case 'switch':
        return {
          ...step,
          cases: step.cases.map((other) => ({ ...other, steps: all(other.steps) })),
          else: all(step.else),
        }
    }
  }
  return all(steps)
}
