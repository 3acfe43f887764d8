/** Bundles a plugin with everything that it imports, so that what runs is what is hashed. */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { HOST_MARKER } from '../ports/plugin.ts'
import { type BundledModule, bundle, type CompileFailure } from './bundle-module.ts'

/** A plugin's bundle, and what in it is out of the ordinary. */
export interface BundledPlugin extends BundledModule {
  /** Native addons that it loads; they are among the sources, and in no bundle. */
  readonly natives: readonly string[]
  /** It holds another copy of proofload. */
  readonly bringsHost: boolean
}

/** Bundles a plugin (absolute path); this package is never in the bundle. @throws as `bundleModule` */
export async function bundlePlugin(file: string, failure: CompileFailure): Promise<BundledPlugin> {
  const natives = new Set<string>()
  const bundled = await bundle(
    file,
    { packages: 'bundle', banner: { js: REQUIRE }, plugins: [nativeAddons(natives)] },
    failure,
  )
  const folder = dirname(file)
  const nativeSources = [...natives].map((path) => relative(folder, path).split(sep).join('/'))
  return {
    ...bundled,
    sources: [...bundled.sources, ...nativeSources].sort(),
    natives: nativeSources,
    bringsHost: (await readFile(bundled.path, 'utf8')).includes(HOST_MARKER),
  }
}

/** A package as it is installed. */
export interface InstalledPackage {
  /** The module that `import` gives. */
  readonly entry: string
  readonly folder: string
  readonly version: string
  /** It runs a script when it is installed. */
  readonly hasInstallScript: boolean
}

/** Finds a package as Node does for an import in a module of the folder; no variable and no global folder is asked. */
export async function findPackage(name: string, folder: string): Promise<InstalledPackage | null> {
  let entry = ''
  const search: Plugin = {
    name: 'search',
    setup(builder) {
      builder.onStart(async () => {
        const { path } = await builder.resolve(name, { kind: 'import-statement', resolveDir: folder })
        entry = path
      })
    },
  }
  await build({
    stdin: { contents: '' },
    write: false,
    platform: 'node',
    logLevel: 'silent',
    plugins: [search],
  })
  return isAbsolute(entry) ? describePackage(entry, name, dirname(entry)) : null
}

function describePackage(entry: string, name: string, folder: string): InstalledPackage | null {
  const file = join(folder, 'package.json')
  if (existsSync(file)) {
    const found = packageFile(readFileSync(file, 'utf8'))
    if (found?.name === name)
      return {
        entry,
        folder,
        version: String(found.version),
        hasInstallScript: INSTALL_SCRIPTS.some((script) => found.scripts?.[script] !== undefined),
      }
  }
  return folder === dirname(folder) ? null : describePackage(entry, name, dirname(folder))
}

interface PackageFile {
  readonly name?: string
  readonly version?: string
  readonly scripts?: Partial<Record<(typeof INSTALL_SCRIPTS)[number], string>>
}

/** Null for what is no JSON: a folder of tests may hold such a file, and is no package. */
function packageFile(text: string): PackageFile | null {
  try {
    return JSON.parse(text) as PackageFile
  } catch {
    return null
  }
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const

/** Packages of the older kind ask for what Node brings by `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as __proofload_require } from 'node:module';const require = __proofload_require(import.meta.url);"

/** Leaves native addons where they are. */
function nativeAddons(found: Set<string>): Plugin {
  return {
    name: 'native-addons',
    setup(builder) {
      builder.onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path)
        if (!existsSync(file)) return undefined
        found.add(file)
        return { path: file, external: true }
      })
    },
  }
}
