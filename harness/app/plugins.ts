/** The plugins that a scenario declares: listed, and pinned as they are. */
import { HarnessError } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { OutsidePlugin } from '../model/plan.ts'
import { loadScenario } from '../scenario/load.ts'
import type { FoundPlugin } from '../scenario/plugins/inspect-plugin.ts'
import {
  findPlugins,
  loadPlugin,
  type PluginOrigin,
  surroundingsOf,
} from '../scenario/plugins/load-plugins.ts'
import { differencesOf, type Pin, writePins } from '../scenario/plugins/lock-file.ts'
import { type PinState, pinStateOf } from '../scenario/plugins/require-pin.ts'

/** One plugin as it is. What it says of itself is null for one that is not what was pinned: such code is not run. */
export interface ListedPlugin
  extends Pick<OutsidePlugin, 'name' | 'place' | 'version' | 'integrity' | 'isNative'> {
  readonly pin: PinState
  /** The differences from the pin, file by file. */
  readonly differences: readonly string[]
  readonly contract: number | null
  readonly provides: OutsidePlugin['provides'] | null
  readonly needs: OutsidePlugin['needs'] | null
}

/** A plugin that was pinned. */
export interface PinnedPlugin extends Pick<FoundPlugin, 'name' | 'place' | 'integrity'> {
  /** The differences from the old pin, file by file; null where there was none. */
  readonly differences: readonly string[] | null
  /** The integrity that the scenario states, where it is another. */
  readonly stated: string | null
}

/** The flags of the commands about plugins. */
export type PluginPlaces = Pick<PluginOrigin, 'cwd' | 'pluginRoots'>

/** Lists the plugins of a scenario. @throws HarnessError SCENARIO_*, PLUGIN_* of what cannot be found or loaded */
export async function listPlugins(source: string, places: PluginPlaces): Promise<readonly ListedPlugin[]> {
  const { found } = await findDeclared(source, places)
  const listed: ListedPlugin[] = []
  for (const plugin of found) listed.push(await describePlugin(plugin))
  return listed
}

async function describePlugin(plugin: FoundPlugin): Promise<ListedPlugin> {
  const { name, place, version, integrity, isNative, files } = plugin
  const pin = pinStateOf(plugin)
  const mayRun = pin === 'pinned' || pin === 'not-needed'
  const loaded = mayRun ? await loadPlugin(plugin) : null
  return {
    name,
    place,
    version,
    integrity,
    isNative,
    pin,
    differences: plugin.pin === undefined ? [] : differencesOf(plugin.pin.files, files),
    contract: loaded?.contract ?? null,
    provides: loaded?.provides ?? null,
    needs: loaded?.needs ?? null,
  }
}

/**
 * Writes the pins of plugins to `plugins.lock.json`; runs none of them.
 * @param names those to pin. None: packages, and what is pinned already
 * @throws HarnessError SCENARIO_*, PLUGIN_* of what cannot be found, and PLUGIN_UNKNOWN for a name that is not declared
 */
export async function pinPlugins(
  source: string,
  names: readonly string[],
  places: PluginPlaces,
): Promise<readonly PinnedPlugin[]> {
  const { found, origin } = await findDeclared(source, places)
  for (const name of names) requireDeclared(name, found)
  const chosen = found.filter((plugin) =>
    names.length === 0 ? pinStateOf(plugin) !== 'not-needed' : names.includes(plugin.name),
  )
  if (chosen.length > 0) {
    const { root, pins } = await surroundingsOf(origin)
    await writePins(root, { ...pins, ...Object.fromEntries(chosen.map(pinOf)) })
  }
  return chosen.map(({ name, place, integrity, files, pin, stated }) => ({
    name,
    place,
    integrity,
    differences: pin === undefined ? null : differencesOf(pin.files, files),
    stated: stated === undefined || stated === integrity ? null : stated,
  }))
}

function pinOf({ place, version, integrity, files }: FoundPlugin): [string, Pin] {
  return [place, { version, integrity, files: { ...files } }]
}

function requireDeclared(name: string, found: readonly FoundPlugin[]): void {
  const names = found.map((plugin) => plugin.name)
  if (names.includes(name)) return
  const nearest = nearestName(name, names)
  throw new HarnessError('PLUGIN_UNKNOWN', `the scenario declares no plugin ${name}`, {
    hint: nearest === undefined ? `It declares: ${names.join(', ') || 'none'}.` : `Did you mean ${nearest}?`,
  })
}

async function findDeclared(
  source: string,
  places: PluginPlaces,
): Promise<{ readonly found: readonly FoundPlugin[]; readonly origin: PluginOrigin }> {
  const { document, file } = await loadScenario(source, places.cwd)
  const origin = { ...places, scenarioFile: file }
  return { found: await findPlugins(document, origin), origin }
}
