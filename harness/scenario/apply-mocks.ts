/** Gives the places of targets to their mocks: their configurations, and the requests that steps send them. Pure. */
import { lookUp } from '../base/names.ts'
import type { RequestStepPlan, RunPlan } from '../model/plan.ts'
import { mapRequests } from '../model/plan-steps.ts'

/** A target that is away, and what says so. */
export interface AwayTarget {
  readonly target: string
  /** The failure of the probe, for people. */
  readonly why: string
}

/**
 * The plan in which mocks take the places of targets that have one. It halts nothing: what a mock does says nothing about the
 * system that its limits protect.
 */
export function applyMocks(plan: RunPlan, away: readonly AwayTarget[]): RunPlan {
  const { mocks = {} } = plan
  const chosen = away.flatMap(({ target, why }) => {
    const mock = lookUp(mocks, target)
    return mock === undefined ? [] : [{ target, why, mock }]
  })
  if (chosen.length === 0) return plan
  const replaced = (step: RequestStepPlan): RequestStepPlan => {
    const steps = chosen.find(({ target }) => target === step.target)?.mock.steps ?? {}
    return { ...step, ...lookUp(steps, step.name) }
  }
  const targets = chosen.map(({ target, mock: { steps: _steps, ...config } }) => [target, config] as const)
  const { login } = plan
  return {
    ...plan,
    targets: { ...plan.targets, ...Object.fromEntries(targets) },
    journeys: plan.journeys.map((journey) => ({
      ...journey,
      steps: journey.steps === null ? null : mapRequests(journey.steps, replaced),
    })),
    login: login === null || login === 'code' ? login : mapRequests(login, replaced),
    limits: [],
    mocked: chosen.map(({ target, why, mock }) => ({ target, by: mock.plugin, why })),
  }
}
