/** Rendezvous of more agents than a run has: they would always wait for their timeout. */
import type { Problem } from '../base/errors.ts'
import type { RunPlan, StepPlan } from '../model/plan.ts'
import { agentsOf } from '../model/plan-load.ts'
import { innerSteps } from '../model/plan-steps.ts'
import { type Path, pathText } from './problems.ts'

export function unmetRendezvous(plan: RunPlan): Problem[] {
  const { journeys, login } = plan
  const most = agentsOf(plan)
  const below = (steps: readonly StepPlan[], path: Path): Problem[] =>
    steps.flatMap((step, i) => [
      ...(step.kind === 'rendezvous' && step.agents > most
        ? [
            {
              path: pathText([...path, i, 'rendezvous', 'agents']),
              message: `${step.agents} agents will never come: the run has ${most}`,
              expected: `at most ${most}`,
            },
          ]
        : []),
      ...innerSteps(step).flatMap((inner) => below(inner.steps, [...path, i, ...inner.path])),
    ])
  return [
    ...journeys.flatMap(({ name, steps }) => below(steps ?? [], ['journeys', name, 'steps'])),
    ...below(login === null || login === 'code' ? [] : login, ['login', 'steps']),
  ]
}
