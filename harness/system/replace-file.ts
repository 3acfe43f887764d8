import { open, rename, rm } from 'node:fs/promises'

/**
 * Replaces a file atomically: after a crash, the complete old or new content is on disk. One writer at a time; rejects with the
 * system's error.
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const part = await open(`${file}.part`, 'w')
  try {
    await part.writeFile(content)
    await part.sync()
  } catch (error) {
    await rm(`${file}.part`, { force: true }).catch(() => undefined)
    throw error
  } finally {
    await part.close()
  }
  await rename(`${file}.part`, file)
}
