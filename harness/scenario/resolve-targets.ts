/** Turns targets of a document into targets of a plan, each checked by its own plugin. */
import type { Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { Registry } from '../base/registry.ts'
import { MAIN_TARGET, type TargetPlan } from '../model/plan.ts'
import type { TargetPlugin } from '../ports/target-plugin.ts'
import { targets as ownTargets } from '../targets/index.ts'
import { type Path, parseAt, unknownName } from './problems.ts'
import type { ScenarioDocument, TargetDocument } from './schema.ts'

/** Targets by name; what is wrong goes to `problems`. */
export function resolveTargets(
  { target, targets = {}, connections }: Pick<ScenarioDocument, 'target' | 'targets' | 'connections'>,
  problems: Problem[],
  plugins: Registry<TargetPlugin> = ownTargets,
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
    ([name, entry]) =>
      [name, resolveTarget(entry, ['targets', name], { plugins, connections }, problems)] as const,
  )
  return {
    ...Object.fromEntries(named),
    ...(target === undefined
      ? {}
      : { [MAIN_TARGET]: resolveTarget(target, ['target'], { plugins, connections }, problems) }),
  }
}

/** Settings that targets share. */
export interface TargetDefaults {
  readonly plugins: Registry<TargetPlugin>
  /** The connections of a target that says nothing, from the scenario. */
  readonly connections: number | undefined
}

/** One target, or a mock of one; what is wrong goes to `problems`. */
export function resolveTarget(
  { plugin, config, connections }: TargetDocument,
  path: Path,
  { plugins, connections: shared }: TargetDefaults,
  problems: Problem[],
): TargetPlan {
  if (!plugins.names.includes(plugin)) {
    problems.push(unknownName([...path, 'plugin'], 'target plugin', plugin, plugins.names))
    // Its steps are then checked as requests of the nearest plugin, so that their own problems show too.
    return { plugin: nearestName(plugin, plugins.names) ?? plugin, config: {} }
  }
  const checked = parseAt(plugins.get(plugin).configSchema, config, [...path, 'config'])
  problems.push(...checked.problems)
  const pool = connections ?? shared ?? plugins.get(plugin).pool
  const channel = checked.value === null ? null : (plugins.get(plugin).channelOf?.(checked.value) ?? null)
  return {
    plugin,
    config: checked.value ?? config,
    ...(pool !== undefined && { connections: pool }),
    ...(channel !== null && { channel }),
  }
}
