import { readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { sha256 } from '../../system/bundle-module.ts'

/** The identity of a plugin: all files that run, by their content. */
export interface Integrity {
  /** `sha256-` and the hash of the list of files. */
  readonly integrity: string
  /** Hash by path relative to the plugin's folder. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * Hashes the inputs of a bundle: a changed file of a dependency changes it, which no lock file of a package manager sees.
 * @param sources absolute paths @param folder the plugin's, which the paths in the hash are relative to
 */
export async function integrityOf(sources: readonly string[], folder: string): Promise<Integrity> {
  const hashed = await Promise.all(
    sources.map(
      async (source) =>
        [relative(folder, source).split(sep).join('/'), sha256(await readFile(source))] as const,
    ),
  )
  hashed.sort(([a], [b]) => (a < b ? -1 : 1))
  const list = hashed.map(([source, hash]) => `${source}\0${hash}\n`).join('')
  return { integrity: `sha256-${sha256(list)}`, files: Object.fromEntries(hashed) }
}
