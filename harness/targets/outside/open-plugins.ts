/**
 * Targets of plugins from outside, beside our own. A module is imported once a thread: its path holds the hash of its content, so
 * what is remembered of a path never changes.
 */
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { createRegistry, type Registry } from '../../base/registry.ts'
import type { OutsidePlugin, RunPlan } from '../../model/plan.ts'
import type { PluginDefinition } from '../../ports/plugin.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { sha256 } from '../../system/bundle-module.ts'
import { targets as ownTargets } from '../index.ts'
import { definitionOf } from './define-plugin.ts'

const opened = new Map<string, PluginDefinition>()

/** Imports a bundled plugin. @throws HarnessError PLUGIN_CHANGED, PLUGIN_LOAD_FAILED */
export async function openPlugin({
  name,
  bundle,
  bundleHash,
}: Pick<OutsidePlugin, 'name' | 'bundle' | 'bundleHash'>): Promise<PluginDefinition> {
  const known = opened.get(bundle)
  if (known !== undefined) return known
  const code = await readFile(bundle)
  if (sha256(code) !== bundleHash)
    throw new HarnessError(
      'PLUGIN_CHANGED',
      `the bundle of plugin ${name} was changed after it was checked`,
      {
        hint: 'Look for who writes to node_modules/.cache/proofload, and run again.',
      },
    )
  const definition = await importDefinition(name, bundle)
  opened.set(bundle, definition)
  return definition
}

/** Imports every plugin of a plan, so that `targetsOf` has them. @throws HarnessError PLUGIN_* */
export async function openPlugins({ plugins = [] }: Pick<RunPlan, 'plugins'>): Promise<void> {
  for (const plugin of plugins) await openPlugin(plugin)
}

/** Returns our own targets and those of the plan's plugins, which are open already. */
export function targetsOf({ plugins = [] }: Pick<RunPlan, 'plugins'>): Registry<TargetPlugin> {
  if (plugins.length === 0) return ownTargets
  const outside = plugins.flatMap(({ bundle }) => opened.get(bundle)?.provides.targets ?? [])
  return createRegistry('target', [...ownTargets.all, ...outside])
}

async function importDefinition(name: string, bundle: string): Promise<PluginDefinition> {
  let exported: unknown
  try {
    exported = ((await import(pathToFileURL(bundle).href)) as { default?: unknown }).default
  } catch (cause) {
    throw new HarnessError(
      'PLUGIN_LOAD_FAILED',
      `plugin ${name} failed while it was loaded: ${messageOf(cause)}`,
      {
        cause,
        hint: 'The error was thrown by the top level of its module.',
      },
    )
  }
  const definition = definitionOf(exported)
  if (definition === null)
    throw new HarnessError('PLUGIN_LOAD_FAILED', `plugin ${name} has no default export of definePlugin`, {
      hint: "End its module with `export default definePlugin({ ... })`, from 'proofload/plugin'.",
    })
  return definition
}
