/** A folder is tried by writing to it, and left as it was found. */
import { rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCodeOf } from '../base/errors.ts'
import { makeFolder } from './files.ts'

/** Writes and removes a file in a folder that is there for as long as `body` takes. Rejects where it cannot be written. */
export async function inTriedFolder<T>(folder: string, body: () => Promise<T>): Promise<T> {
  const probe = join(folder, `.preflight-${process.pid}`)
  const made = await makeFolder(folder)
  try {
    // On a full disk the file is made, and only its content refused.
    await writeFile(probe, 'proofload').finally(() => rm(probe, { force: true }))
    return await body()
  } finally {
    await removeEmpty(made)
  }
}

/** Removes folders, the innermost first, unless another process has begun to use them. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  try {
    for (const folder of [...folders].reverse()) await rmdir(folder)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOTEMPTY') throw error
  }
}
