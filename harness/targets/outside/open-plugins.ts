/** Imports plugins from outside, once a thread. A run without any never loads this file in its threads. */
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { OutsidePlugin, RunPlan } from '../../model/plan.ts'
import type { PluginDefinition } from '../../ports/plugin.ts'
import { sha256 } from '../../system/bundle-module.ts'
import { definitionOf } from './define-plugin.ts'
import { opened } from './targets-of.ts'

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
