/** Bundles an author's TypeScript or JavaScript into one file that any thread or process of ours can import. */
import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  build,
  type Loader,
  type Plugin,
} from 'esbuild'
import { type ErrorCode, HarnessError, messageOf } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'
import { createCacheFolder } from './cache-folder.ts'

/** A bundle on disk. */
export interface BundledModule {
  readonly path: string
  /** The hash of the bundle. */
  readonly hash: string
  /** The bundled source files, relative to the folder of the module, sorted. */
  readonly sources: readonly string[]
}

/** The error for a module that does not compile. */
export interface CompileFailure {
  readonly code: ErrorCode
  readonly hint: string
}

/** Bundles a .ts, .mts, .js or .mjs file (absolute path). @throws HarnessError of the given code, with every place */
export function bundleModule(file: string, failure: CompileFailure): Promise<BundledModule> {
  return bundle(file, { packages: 'external' }, failure)
}

/** Settings of a bundle that are not those of every bundle. */
export interface BundleSettings extends Pick<BuildOptions, 'packages' | 'banner'> {
  /** Run before those of every bundle. */
  readonly plugins?: readonly Plugin[]
}

/** Bundles with these settings. @throws as `bundleModule` */
export async function bundle(
  file: string,
  settings: BundleSettings,
  failure: CompileFailure,
): Promise<BundledModule> {
  const built = await bundleInto(await createCacheFolder(file), file, settings, failure)
  const hash = sha256(built.code)
  const path = join(dirname(built.outfile), `${stemOf(file)}-${hash.slice(0, 16)}.mjs`)
  // Written beside and renamed: another run that bundles the same file never sees half of it.
  const draft = `${path}.${process.pid}`
  await writeFile(draft, built.code)
  await rename(draft, path)
  return { path, hash, sources: built.sources }
}

/** Hex SHA-256. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

interface Built {
  readonly outfile: string
  readonly code: string
  /** Relative to the module's folder. */
  readonly sources: readonly string[]
}

async function bundleInto(
  folder: string,
  file: string,
  { plugins = [], ...settings }: BundleSettings,
  failure: CompileFailure,
): Promise<Built> {
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
    sourcemap: 'inline',
    logLevel: 'silent',
    define: OWN_PLACE_NAMES,
    ...settings,
    plugins: [...plugins, ownPackage, ownPlace],
  }).catch((cause: BuildFailure): BuildResult<{ write: false; metafile: true }> => {
    throw compileFailure(file, cause, failure)
  })
  return { outfile, code: outputFiles[0]?.text ?? '', sources: Object.keys(metafile.inputs).sort() }
}

function compileFailure(file: string, cause: BuildFailure, { code, hint }: CompileFailure): HarnessError {
  const errors = cause.errors ?? []
  return new HarnessError(code, `${file} cannot be compiled: ${errors[0]?.text ?? messageOf(cause)}`, {
    cause,
    problems: errors.map(({ text, location }) => ({
      path:
        location === null
          ? file
          : `${resolve(dirname(file), location.file)}:${location.line}:${location.column + 1}`,
      message: text,
    })),
    hint,
  })
}

/** `import ... from 'proofload'` means this very installation, wherever the module lies. */
const ownPackage: Plugin = {
  name: 'own-package',
  setup(builder) {
    builder.onResolve({ filter: /^proofload(\/(plugin|contract))?$/ }, ({ path }) => {
      const entry = path.split('/')[1] ?? 'index'
      return { path: ownFile(entry).href, external: true }
    })
  },
}

/** The facts that a module knows of its own place, and the names that hold them in a bundle. */
const OWN_PLACE_NAMES = {
  'import.meta.url': '__proofload_url',
  'import.meta.filename': '__proofload_filename',
  'import.meta.dirname': '__proofload_dirname',
}

/** `import.meta.url` and its kin are those of the source, not of the bundle: files are looked for beside the source. */
const ownPlace: Plugin = {
  name: 'own-place',
  setup(builder) {
    builder.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes('import.meta.')) return undefined
      const values = [pathToFileURL(path).href, path, dirname(path)]
      const names = Object.values(OWN_PLACE_NAMES)
      const declarations = names.map((name, i) => `const ${name} = ${JSON.stringify(values[i])};`).join('')
      // On the first line of the code, so that the numbers of its lines stay.
      const contents = text.startsWith('#!') ? text.replace('\n', `\n${declarations}`) : declarations + text
      return { contents, loader: LOADERS.get(extname(path)) ?? 'js' }
    })
  },
}

const LOADERS: ReadonlyMap<string, Loader> = new Map([
  ['.ts', 'ts'],
  ['.mts', 'ts'],
  ['.cts', 'ts'],
  ['.tsx', 'tsx'],
  ['.jsx', 'jsx'],
])

function stemOf(file: string): string {
  return basename(file, extname(file))
}
