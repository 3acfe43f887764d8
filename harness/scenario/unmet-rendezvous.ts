/** Rendezvous of more agents than a run has: they would always wait for their timeout. */
import type { Problem } from '../base/errors.ts'
import type { RunPlan, StepPlan } from '../model/plan.ts'
import { innerSteps } from '../model/plan-steps.ts'
import { type Path, pathText } from './problems.ts'

export function unmetRendezvous({ journeys, login, workload }: RunPlan): Problem[] {
  const below = (steps: readonly StepPlan[], path: Path): Problem[] =>
    steps.flatMap((step, i) => [
      ...(step.kind === 'rendezvous' && step.agents > workload.agents
        ? [
            {
              path: pathText([...path, i, 'rendezvous', 'agents']),
              message: `${step.agents} agents will never come: the run has ${workload.agents}`,
              expected: `at most ${workload.agents}`,
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
