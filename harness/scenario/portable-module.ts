/** The code of a scenario as one text that runs on any host of the same version: what it imports is in it. */
import { dirname } from 'node:path'
import { type BuildFailure, build, type Plugin } from 'esbuild'
import { HarnessError, messageOf } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'

const ENTRIES = ['index', 'plugin', 'contract'] as const
/** Stands for the installation of whoever runs it: as long as a hash, so that nothing else is taken for it. */
const OWN = 'proofload-installation-of-this-host-0123456789abcdef0123456789ab'

/**
 * Bundles a bundled scenario once more, with its packages in it.
 * @param path of the bundle @throws HarnessError SCENARIO_NOT_PORTABLE for what only this machine has
 */
export async function portableModule(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    absWorkingDir: dirname(path),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: false,
    logLevel: 'silent',
    plugins: [ownPackage],
  }).catch((cause: BuildFailure) => {
    const [first] = cause.errors ?? []
    throw new HarnessError(
      'SCENARIO_NOT_PORTABLE',
      `the code of the scenario cannot travel to workers: ${first?.text ?? messageOf(cause)}`,
      { cause, hint: 'Native addons and files beside the code stay on this machine: run it without --on.' },
    )
  })
  return outputFiles?.[0]?.text ?? ''
}

/** The code with the installation of this host in place of that of its author. */
export function atHome(portable: string): string {
  return ENTRIES.reduce((text, entry) => text.replaceAll(`${OWN}:${entry}`, ownFile(entry).href), portable)
}

const ownPackage: Plugin = {
  name: 'own-package',
  setup(builder) {
    builder.onResolve({ filter: /^file:/ }, ({ path }) => {
      const entry = ENTRIES.find((each) => ownFile(each).href === path)
      return entry === undefined ? undefined : { path: `${OWN}:${entry}`, external: true }
    })
  },
}
