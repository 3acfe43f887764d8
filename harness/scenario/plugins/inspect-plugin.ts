/** Finds and bundles a declared plugin without running it: where it is, what it is made of, and how that stands to its pin. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import { type BundledPlugin, bundlePlugin, findPackage } from '../../system/bundle-plugin.ts'
import { type Integrity, integrityOf } from './integrity.ts'
import type { Pin, Pins } from './lock-file.ts'
import { filesOutside, pathIn } from './repository.ts'
import type { PluginDeclaration } from './schema.ts'

/** The surroundings in which plugins are looked for. */
export interface PluginSurroundings {
  /** The folder of the scenario. */
  readonly folder: string
  /** The repository's, a real path. */
  readonly root: string
  /** Folders beyond the repository that plugins may lie in (`--plugin-root`). */
  readonly otherRoots: readonly string[]
  readonly pins: Pins
}

/** A plugin that was found. */
export interface FoundPlugin extends Integrity {
  readonly name: string
  /** Its package, or its file in the repository: the key of its pin. */
  readonly place: string
  readonly version: string | null
  readonly isNative: boolean
  readonly bundle: Pick<BundledPlugin, 'path' | 'hash'>
  /** The integrity that the scenario states. */
  readonly stated: string | undefined
  readonly pin: Pin | undefined
}

interface Located {
  /** The real path of its module. */
  readonly file: string
  readonly place: string
  readonly version: string | null
  readonly hasInstallScript: boolean
  /** The folder that the paths of its files are relative to. */
  readonly folder: string
}

const COMPILE_FAILURE = {
  code: 'PLUGIN_LOAD_FAILED',
  hint: 'A plugin is a TypeScript or JavaScript module; fix the places named above.',
} as const

/** @throws HarnessError PLUGIN_NOT_FOUND, PLUGIN_VERSION, PLUGIN_LOAD_FAILED, PLUGIN_OUTSIDE, PLUGIN_BRINGS_HOST, PLUGIN_NATIVE */
export async function inspectPlugin(
  name: string,
  declaration: PluginDeclaration,
  surroundings: PluginSurroundings,
): Promise<FoundPlugin> {
  const { root, otherRoots, pins } = surroundings
  const { file, place, version, hasInstallScript, folder } =
    'package' in declaration
      ? await locatePackage(name, declaration, surroundings)
      : await locateFile(name, declaration, surroundings)
  await requireInside(name, [file], surroundings)
  const bundled = await bundlePlugin(file, COMPILE_FAILURE)
  const sources = bundled.sources.map((source) => resolve(dirname(file), source))
  await requireInside(name, sources, { root, otherRoots })
  if (bundled.bringsHost) throw bringsHost(name)
  const isNative = bundled.natives.length > 0 || hasInstallScript
  if (isNative && !('native' in declaration && declaration.native))
    throw native(name, bundled.natives[0] ?? null)
  return {
    name,
    place,
    version,
    isNative,
    ...(await integrityOf(sources, folder)),
    bundle: { path: bundled.path, hash: bundled.hash },
    stated: 'integrity' in declaration ? declaration.integrity : undefined,
    pin: lookUp(pins, place),
  }
}

async function locateFile(
  name: string,
  declaration: Exclude<PluginDeclaration, { package: string }>,
  { folder, root }: PluginSurroundings,
): Promise<Located> {
  const file = 'at' in declaration ? fileURLToPath(declaration.at) : resolve(folder, declaration.path)
  if (!existsSync(file))
    throw new HarnessError('PLUGIN_NOT_FOUND', `there is no file ${file} of plugin ${name}`, {
      hint: 'The path of a plugin is relative to the scenario file; nothing is looked for elsewhere.',
    })
  const real = await realpath(file)
  return {
    file: real,
    place: pathIn(root, real),
    version: null,
    hasInstallScript: false,
    folder: dirname(real),
  }
}

async function locatePackage(
  name: string,
  { package: packageName, version }: Extract<PluginDeclaration, { package: string }>,
  { folder }: PluginSurroundings,
): Promise<Located> {
  const found = await findPackage(packageName, folder)
  if (found === null)
    throw new HarnessError(
      'PLUGIN_NOT_FOUND',
      `there is no package ${packageName} of plugin ${name} in node_modules beside the scenario or above`,
      { hint: 'Look for a slip of the pen; if the name is right, install it. Nothing is fetched by itself.' },
    )
  if (found.version !== version)
    throw new HarnessError(
      'PLUGIN_VERSION',
      `plugin ${name} is declared as ${packageName} ${version}, and ${found.version} is installed`,
      { hint: 'Install the version that is declared, or declare the one that is installed and pin it anew.' },
    )
  return {
    file: await realpath(found.entry),
    place: packageName,
    version,
    hasInstallScript: found.hasInstallScript,
    folder: await realpath(found.folder),
  }
}

async function requireInside(
  name: string,
  files: readonly string[],
  { root, otherRoots }: Pick<PluginSurroundings, 'root' | 'otherRoots'>,
): Promise<void> {
  const [outside] = await filesOutside(files, [root, ...otherRoots])
  if (outside === undefined) return
  throw new HarnessError('PLUGIN_OUTSIDE', `plugin ${name} leads out of the repository ${root}: ${outside}`, {
    hint: 'Copy or install it into the repository; for a linked folder that you trust: --plugin-root FOLDER.',
  })
}

function bringsHost(name: string): HarnessError {
  return new HarnessError('PLUGIN_BRINGS_HOST', `the bundle of plugin ${name} holds a proofload of its own`, {
    hint: "A plugin imports from 'proofload/plugin' only, and names proofload among its peerDependencies.",
  })
}

function native(name: string, addon: string | null): HarnessError {
  const what =
    addon === null
      ? `the package of plugin ${name} runs a script when it is installed`
      : `plugin ${name} loads the native addon ${addon}`
  return new HarnessError('PLUGIN_NATIVE', what, {
    hint: 'If you know what it does, permit it beside its path or package: native: true.',
  })
}
