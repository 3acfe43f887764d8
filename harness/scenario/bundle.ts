/** Bundles a scenario module once, so that every thread loads the same file and its sources have one hash. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { access, constants, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { type BuildFailure, type BuildResult, build, type Plugin } from 'esbuild'
import { HarnessError, messageOf } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { ScenarioModule } from '../model/plan.ts'

/** A bundled scenario and the hash of its sources: the file and everything it imports by path. */
export interface BundledScenario {
  readonly module: ScenarioModule
  readonly scenarioHash: string
}

/** Bundles a .ts, .mts, .js or .mjs file (absolute path). @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED */
export async function bundleScenario(file: string): Promise<BundledScenario> {
  await requireFile(file)
  const built = await bundleInto(await createCacheFolder(file), file)
  const path = join(dirname(built.outfile), `${stemOf(file)}-${sha256(built.code).slice(0, 16)}.mjs`)
  // Written beside and renamed: another run that bundles the same file never sees half of it.
  const draft = `${path}.${process.pid}`
  await writeFile(draft, built.code)
  await rename(draft, path)
  return { module: { path }, scenarioHash: await hashSources(built.sources, dirname(file)) }
}

/** @throws HarnessError SCENARIO_NOT_FOUND, with the nearest file of the folder. */
export async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => error)
  if (!(found instanceof Error) && (found as { isFile(): boolean }).isFile()) return
  const folder = dirname(file)
  const neighbours = existsSync(folder) ? await readdir(folder) : []
  const nearest = nearestName(basename(file), neighbours)
  throw new HarnessError('SCENARIO_NOT_FOUND', `there is no scenario file ${file}`, {
    hint:
      nearest === undefined || nearest === basename(file)
        ? 'Give the path of a scenario file, or a URL.'
        : `Did you mean ${join(folder, nearest)}?`,
  })
}

interface Built {
  readonly outfile: string
  readonly code: string
  /** Relative to the scenario's folder. */
  readonly sources: readonly string[]
}

async function bundleInto(folder: string, file: string): Promise<Built> {
  const outfile = join(folder, `${stemOf(file)}.mjs`)
  const { outputFiles, metafile } = await build({
    entryPoints: [file],
    absWorkingDir: dirname(file),
    outfile,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [ownPackage],
  }).catch((failure: BuildFailure): BuildResult<{ write: false; metafile: true }> => {
    throw compileFailure(file, failure)
  })
  return { outfile, code: outputFiles[0]?.text ?? '', sources: Object.keys(metafile.inputs).sort() }
}

function compileFailure(file: string, failure: BuildFailure): HarnessError {
  const errors = failure.errors ?? []
  return new HarnessError(
    'SCENARIO_LOAD_FAILED',
    `${file} cannot be compiled: ${errors[0]?.text ?? messageOf(failure)}`,
    {
      cause: failure,
      problems: errors.map(({ text, location }) => ({
        path:
          location === null
            ? file
            : `${resolve(dirname(file), location.file)}:${location.line}:${location.column + 1}`,
        message: text,
      })),
      hint: 'A scenario is a TypeScript or JavaScript module with a default export; YAML and JSON files end in .yaml, .yml or .json.',
    },
  )
}

/** `import ... from 'proofload'` means this very installation, wherever the scenario lies. */
const ownPackage: Plugin = {
  name: 'own-package',
  setup(builder) {
    const path = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href
    builder.onResolve({ filter: /^proofload$/ }, () => ({ path, external: true }))
  },
}

/** `node_modules/.cache/proofload` of the nearest package, so that its dependencies resolve; else a folder of the user's own. */
async function createCacheFolder(file: string): Promise<string> {
  const modules = nearestModules(dirname(file))
  try {
    if (modules !== null) {
      const folder = join(modules, '.cache', 'proofload')
      await mkdir(folder, { recursive: true })
      await access(folder, constants.W_OK)
      return folder
    }
  } catch {
    // A read-only installation: packages that the scenario imports will not resolve, everything else works.
  }
  const own = join(tmpdir(), `proofload-${userInfo().uid}`)
  await mkdir(own, { recursive: true, mode: 0o700 })
  return own
}

function nearestModules(folder: string): string | null {
  const modules = join(folder, 'node_modules')
  if (existsSync(modules)) return modules
  return folder === dirname(folder) ? null : nearestModules(dirname(folder))
}

async function hashSources(sources: readonly string[], folder: string): Promise<string> {
  const contents = await Promise.all(sources.map((source) => readFile(resolve(folder, source))))
  return sha256(JSON.stringify(sources.map((source, i) => [source, sha256(contents[i] ?? '')])))
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function stemOf(file: string): string {
  return basename(file, extname(file))
}
