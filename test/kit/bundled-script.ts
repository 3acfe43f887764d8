import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const FOLDER = fileURLToPath(new URL('../../.proofload/test-scripts/', import.meta.url))
const bundled = new Set<string>()

/**
 * One of `scripts/` as one file that plain Node runs. Processes that translate each module they load take a second of
 * CPU time to start.
 */
export function bundledScript(name: string): string {
  const outfile = `${FOLDER}${name}.mjs`
  if (!bundled.has(name))
    buildSync({
      entryPoints: [fileURLToPath(new URL(`scripts/${name}.ts`, import.meta.url))],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'error',
    })
  bundled.add(name)
  return outfile
}
