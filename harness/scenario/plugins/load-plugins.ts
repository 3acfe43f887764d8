/** Loads the plugins of a scenario: bundled, compared with their pins, imported, and judged by the contract. */
import { dirname, resolve } from 'node:path'
import { HarnessError, type Problem } from '../../base/errors.ts'
import { withoutGaps } from '../../base/without-gaps.ts'
import type { Measure } from '../../model/measures.ts'
import type { OutsideMeasure } from '../../model/plan/measure-schema.ts'
import type { OutsidePlugin } from '../../model/plan.ts'
import { openPlugin } from '../../targets/outside/open-plugins.ts'
import { isObject } from '../environments.ts'
import { type FoundPlugin, inspectPlugin, type PluginSurroundings } from './inspect-plugin.ts'
import { readPins } from './lock-file.ts'
import { repositoryOf } from './repository.ts'
import { requireContract } from './require-contract.ts'
import { pinStateOf, requirePin } from './require-pin.ts'
import { type PluginDeclarations, pluginsSchema } from './schema.ts'

/** The origin of a document with plugins. */
export interface PluginOrigin {
  /** Null: no file. */
  readonly scenarioFile: string | null
  readonly cwd: string
  /** Folders beyond the repository that plugins may lie in, relative to where the command runs. */
  readonly pluginRoots: readonly string[]
}

/**
 * Loads every plugin that a document declares; declarations that the schema refuses are left to it.
 * @throws HarnessError PLUGIN_* of the first that cannot be loaded, with all that cannot
 */
export function loadPlugins(document: unknown, origin: PluginOrigin): Promise<readonly OutsidePlugin[]> {
  return withPlugins(document, origin, loadPlugin)
}

/** Finds every plugin that a document declares, pinned or not, and runs none. @throws HarnessError PLUGIN_*, as `loadPlugins` */
export function findPlugins(document: unknown, origin: PluginOrigin): Promise<readonly FoundPlugin[]> {
  return withPlugins(document, origin, (found) => Promise.resolve(found))
}

async function withPlugins<T>(
  document: unknown,
  origin: PluginOrigin,
  use: (found: FoundPlugin) => Promise<T>,
): Promise<readonly T[]> {
  const declared = declarationsOf(document)
  if (Object.keys(declared).length === 0) return []
  const surroundings = await surroundingsOf(origin)
  const used: T[] = []
  const failures: { readonly name: string; readonly error: HarnessError }[] = []
  for (const [name, declaration] of Object.entries(declared)) {
    try {
      used.push(await use(await inspectPlugin(name, declaration, surroundings)))
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      failures.push({ name, error })
    }
  }
  const [first] = failures
  if (first === undefined) return used
  throw new HarnessError(first.error.code, first.error.message, {
    cause: first.error,
    hint: first.error.hint ?? '',
    problems: failures.flatMap(({ name, error }) => problemsOf(name, error)),
  })
}

function declarationsOf(document: unknown): PluginDeclarations {
  const declared = isObject(document) ? pluginsSchema.safeParse(document['plugins'] ?? {}) : null
  return declared?.data ?? {}
}

/** Finds the repository of a scenario, and its pins. @throws HarnessError PLUGIN_LOCK_INVALID */
export async function surroundingsOf({
  scenarioFile,
  cwd,
  pluginRoots,
}: PluginOrigin): Promise<PluginSurroundings> {
  const folder = scenarioFile === null ? cwd : dirname(scenarioFile)
  const root = await repositoryOf(folder, cwd)
  const otherRoots = pluginRoots.map((other) => resolve(cwd, other))
  return { folder, root, otherRoots, pins: await readPins(root) }
}

/** Imports a plugin that was found and is what was pinned. @throws HarnessError PLUGIN_* */
export async function loadPlugin(found: FoundPlugin): Promise<OutsidePlugin> {
  requirePin(found)
  const { name, place, version, isNative, integrity, bundle } = found
  const plugin = { name, bundle: bundle.path, bundleHash: bundle.hash }
  const definition = await openPlugin(plugin)
  requireContract(name, definition)
  const { contract, needs = {}, provides } = definition
  const measures = (provides.targets ?? []).flatMap((target) => target.measures ?? []).map(statedOf)
  return {
    ...plugin,
    place,
    version,
    isNative,
    contract,
    integrity,
    isPinned: pinStateOf(found) === 'pinned',
    needs: withoutGaps(needs),
    provides: Object.fromEntries(
      Object.entries<readonly { readonly name: string }[]>({ ...provides }).map(([family, provided]) => [
        family,
        provided.map(({ name }) => name),
      ]),
    ),
    ...(measures.length === 0 ? {} : { measures }),
  }
}

function statedOf({ name, meaning, kind, unit, better, once }: Measure): OutsideMeasure {
  return { name, meaning, kind, unit, better, ...(once === undefined ? {} : { once }) }
}

function problemsOf(name: string, error: HarnessError): Problem[] {
  const path = `plugins.${name}`
  return [{ path, message: `${error.code}: ${error.message}` }, ...error.problems]
}
