/** Targets of plugins from outside, beside our own. */
import { createRegistry, type Registry } from '../../base/registry.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { PluginDefinition } from '../../ports/plugin.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { targets as ownTargets } from '../index.ts'

/** Definitions by the path of their bundle, which holds the hash of its content: what is remembered of a path never changes. */
export const opened = new Map<string, PluginDefinition>()

/** Returns our own targets and those of the plan's plugins, which are open already. */
export function targetsOf({ plugins = [] }: Pick<RunPlan, 'plugins'>): Registry<TargetPlugin> {
  if (plugins.length === 0) return ownTargets
  const outside = plugins.flatMap(({ bundle }) => opened.get(bundle)?.provides.targets ?? [])
  return createRegistry('target', [...ownTargets.all, ...outside])
}
