/** Phases that a target names and the workload does not have. */
import type { Problem } from '../base/errors.ts'
import type { RunPlan } from '../model/plan.ts'
import { targetsOf } from '../targets/outside/targets-of.ts'
import { unknownName } from './problems.ts'

export function unknownPhases(plan: Pick<RunPlan, 'targets' | 'phases' | 'plugins'>): Problem[] {
  const { targets, phases } = plan
  const plugins = targetsOf(plan)
  const known = phases.map(({ name }) => name)
  return Object.entries(targets).flatMap(([name, { plugin, config }]) =>
    (plugins.get(plugin).phasesOf?.(config) ?? [])
      .filter((phase) => !known.includes(phase))
      .map((phase) => unknownName(['targets', name, 'config'], 'phase', phase, known)),
  )
}
