/**
 * The folder a run leaves behind: `<out>/<scenario>/<runId>/`. Files are replaced as a whole; the journal only
 * grows, and makes way for the record.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { requirePlainName } from '../base/plain-name.ts'
import { makeFolder } from '../system/files.ts'
import { replaceFile } from '../system/replace-file.ts'
import { JOURNAL_FILE, journalLine } from './journal.ts'
import { packEntry, type RunJournalEntry } from './run-journal.ts'

export const RECORD_FILE = 'run.json'
export const VERDICT_FILE = 'verdict.json'
/** Folder of the pictures of a run. */
export const RUN_VISUALS_FOLDER = 'visual'

/** A run's folder while the run lives. */
export interface RunFolder {
  readonly path: string
  /**
   * Writes a file so that it is there whole or not at all; gives its path. The record ends the journal, which is of no use
   * beside it. @throws HarnessError REPORT_UNWRITABLE
   */
  write(name: string, content: string | Uint8Array): Promise<string>
  /** Appends one entry. Null, or why it failed: a full disk must not end a run. */
  journal(entry: RunJournalEntry): string | null
  /** Forgets the entries of a process that was lost. */
  forgetJournal(): Promise<void>
  close(): void
  /** Removes the folder with all that is in it. */
  remove(): Promise<void>
}

/** @throws HarnessError REPORT_UNWRITABLE, USAGE for names that are none */
export async function createRunFolder(outDir: string, scenario: string, runId: string): Promise<RunFolder> {
  requirePlainName('a scenario', scenario)
  return await createFolderIn(join(outDir, scenario), runId)
}

/** Makes the folder of a run in another. @throws HarnessError REPORT_UNWRITABLE, USAGE for an id that is none */
export async function createFolderIn(parent: string, runId: string): Promise<RunFolder> {
  requirePlainName('a run', runId)
  const path = join(parent, runId)
  try {
    await makeFolder(path)
  } catch (cause) {
    throw unwritable(path, cause)
  }
  return openRunFolder(path)
}

/** The folder of a run that is there. */
export function openRunFolder(path: string): RunFolder {
  const journal = new JournalFile(join(path, JOURNAL_FILE))
  return {
    path,
    async write(name, content) {
      const file = join(path, name)
      try {
        await makeFolder(dirname(file))
        await replaceFile(file, content)
        if (name === RECORD_FILE) await journal.remove()
      } catch (cause) {
        throw unwritable(file, cause)
      }
      return file
    },
    journal: (entry) => journal.append(packEntry(entry)),
    forgetJournal: () => journal.remove(),
    close: () => journal.close(),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/** The journal of a run, made with its first line. */
class JournalFile {
  readonly #file: string
  #descriptor: number | null = null

  constructor(file: string) {
    this.#file = file
  }

  append(entry: unknown): string | null {
    const line = Buffer.from(journalLine(entry))
    try {
      this.#descriptor ??= openSync(this.#file, 'a')
      const written = writeSync(this.#descriptor, line)
      return written === line.length ? null : `only ${written} of ${line.length} bytes were taken`
    } catch (error) {
      return messageOf(error)
    }
  }

  async remove(): Promise<void> {
    this.close()
    await rm(this.#file, { force: true })
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }
}

function unwritable(path: string, cause: unknown): HarnessError {
  return new HarnessError('REPORT_UNWRITABLE', `${path} cannot be written: ${messageOf(cause)}`, {
    cause,
    hint: 'Make the folder writable, free some space, or choose another with --out.',
  })
}
