/** Turns targets of a document into targets of a plan, each checked by its own plugin. */
import type { Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { MAIN_TARGET, type TargetPlan } from '../model/plan.ts'
import { targets as plugins } from '../targets/index.ts'
import { type Path, parseAt, unknownName } from './problems.ts'
import type { ScenarioDocument, TargetDocument } from './schema.ts'

/** Targets by name; what is wrong goes to `problems`. */
export function resolveTargets(
  { target, targets = {} }: Pick<ScenarioDocument, 'target' | 'targets'>,
  problems: Problem[],
): Record<string, TargetPlan> {
  if (target === undefined && Object.keys(targets).length === 0) {
    problems.push({
      path: 'target',
      message: 'there is no target',
      expected: "target: http({ url: 'http://127.0.0.1:8080' }) or sandbox()",
    })
  }
  if (target !== undefined && MAIN_TARGET in targets) {
    problems.push({
      path: `targets.${MAIN_TARGET}`,
      message: `target is short for targets.${MAIN_TARGET}, and both are given`,
      expected: 'one of the two',
    })
  }
  const named = Object.entries(targets).map(
    ([name, entry]) => [name, resolveTarget(entry, ['targets', name], problems)] as const,
  )
  return {
    ...Object.fromEntries(named),
    ...(target === undefined ? {} : { [MAIN_TARGET]: resolveTarget(target, ['target'], problems) }),
  }
}

function resolveTarget({ plugin, config }: TargetDocument, path: Path, problems: Problem[]): TargetPlan {
  if (!plugins.names.includes(plugin)) {
    problems.push(unknownName([...path, 'plugin'], 'target plugin', plugin, plugins.names))
    // Its steps are then checked as requests of the nearest plugin, so that their own problems show too.
    return { plugin: nearestName(plugin, plugins.names) ?? plugin, config: {} }
  }
  const checked = parseAt(plugins.get(plugin).configSchema, config, [...path, 'config'])
  problems.push(...checked.problems)
  return { plugin, config: checked.value ?? config }
}
