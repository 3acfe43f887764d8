/** The folder for what is made of an author's files and can be made again. */
import { existsSync } from 'node:fs'
import { access, constants, mkdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'

/** `node_modules/.cache/proofload` of the nearest package, so that its dependencies resolve; else a folder of the user's own. */
export async function createCacheFolder(file: string): Promise<string> {
  const modules = nearestModules(dirname(file))
  try {
    if (modules !== null) {
      const folder = join(modules, '.cache', 'proofload')
      await mkdir(folder, { recursive: true })
      await access(folder, constants.W_OK)
      return folder
    }
  } catch {
    // A read-only installation: packages that the module imports will not resolve, everything else works.
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
