/** Bundles a scenario module once, so that every thread loads the same file and its content has one hash. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { type BuildFailure, build, type Plugin } from 'esbuild'
import { HarnessError, messageOf } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { ScenarioModule } from '../model/plan.ts'

/** A bundled scenario and its content hash (of everything it imports by path). */
export interface BundledScenario {
  readonly module: ScenarioModule
  readonly scenarioHash: string
}

/** Bundles a .ts, .mts, .js or .mjs file. @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED */
export async function bundleScenario(file: string): Promise<BundledScenario> {
  await requireFile(file)
  const code = await bundledCode(file)
  const scenarioHash = createHash('sha256').update(code).digest('hex')
  const folder = cacheFolderOf(file)
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${basename(file).replace(/\.\w+$/, '')}-${scenarioHash.slice(0, 16)}.mjs`)
  if (!existsSync(path)) await writeFile(path, code)
  return { module: { path }, scenarioHash }
}

/** @throws HarnessError SCENARIO_NOT_FOUND, with the nearest file of the folder. */
export async function requireFile(file: string): Promise<void> {
  if (existsSync(file)) return
  const folder = dirname(file)
  const neighbours = existsSync(folder) ? await readdir(folder) : []
  const nearest = nearestName(basename(file), neighbours)
  throw new HarnessError('SCENARIO_NOT_FOUND', `there is no file ${file}`, {
    hint:
      nearest === undefined
        ? 'Give the path of a scenario file, or a URL.'
        : `Did you mean ${join(folder, nearest)}?`,
  })
}

async function bundledCode(file: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [ownPackage],
    })
    return outputFiles[0]?.text ?? ''
  } catch (cause) {
    const errors = (cause as BuildFailure).errors ?? []
    const problems = errors.map(({ text, location }) => ({
      path: location === null ? file : `${location.file}:${location.line}:${location.column}`,
      message: text,
    }))
    throw new HarnessError(
      'SCENARIO_LOAD_FAILED',
      `${file} cannot be compiled: ${errors[0]?.text ?? messageOf(cause)}`,
      {
        cause,
        problems,
        hint: 'A scenario is a TypeScript or JavaScript module with a default export; YAML and JSON files end in .yaml, .yml or .json.',
      },
    )
  }
}

/** `import ... from 'proofload'` means this very installation, wherever the scenario lies. */
const ownPackage: Plugin = {
  name: 'own-package',
  setup(builder) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const path = new URL(`../index.${extension}`, import.meta.url).href
    builder.onResolve({ filter: /^proofload$/ }, () => ({ path, external: true }))
  },
}

/** `node_modules/.cache/proofload` of the nearest package, so that its dependencies resolve; else a temporary folder. */
function cacheFolderOf(file: string): string {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) return join(folder, 'node_modules', '.cache', 'proofload')
    if (folder === dirname(folder)) return join(tmpdir(), 'proofload')
  }
}
