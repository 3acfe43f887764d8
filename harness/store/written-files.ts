/** The files of something finished, as they are written: one that cannot be made or written is noted, and undoes nothing. */
import { join } from 'node:path'
import { ERROR_EXIT_STATUS, messageOf } from '../base/errors.ts'
import { putAt } from '../base/names.ts'
import type { RunFolder } from './run-folder.ts'

/** The content of a file, or of the files of a folder. */
type Content = string | readonly { readonly name: string; readonly bytes: Uint8Array }[]

export class WrittenFiles {
  /** Paths by name, of a file or of a folder of several. */
  readonly paths: Record<string, string> = {}
  /** Files that could not be written, for people. */
  readonly failures: string[] = []
  readonly #folder: Pick<RunFolder, 'path' | 'write'>

  constructor(folder: Pick<RunFolder, 'path' | 'write'>) {
    this.#folder = folder
  }

  /** @param file path in the folder */
  async write(name: string, file: string, render: () => Content | Promise<Content>): Promise<void> {
    try {
      putAt(this.paths, name, await this.#writeContent(file, await render()))
    } catch (error) {
      this.failures.push(messageOf(error))
    }
  }

  /** Returns the exit status beside one of what was finished: 0 is for what left all that was asked of it. */
  exitCode(finished: number): number {
    return finished === 0 && this.failures.length > 0 ? ERROR_EXIT_STATUS.REPORT_UNWRITABLE : finished
  }

  async #writeContent(file: string, content: Content): Promise<string> {
    if (typeof content === 'string') return await this.#folder.write(file, content)
    for (const { name, bytes } of content) await this.#folder.write(join(file, name), bytes)
    return join(this.#folder.path, file)
  }
}
