import { rename, rm, writeFile } from 'node:fs/promises'

/**
 * Replaces a file atomically: after a crash, the complete old or new content is on disk. One writer at a time; rejects with the
 * system's error.
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.part`
  try {
    await writeFile(part, content, { flush: true })
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
}
