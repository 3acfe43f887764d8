/** The folder a run leaves behind: `<out>/<scenario>/<runId>/`. Files are replaced as a whole, the journal only grows. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { makeFolder } from '../base/files.ts'
import { requirePlainName } from '../base/plain-name.ts'
import { JOURNAL_FILE, journalLine } from './journal.ts'

export const RECORD_FILE = 'run.json'
export const VERDICT_FILE = 'verdict.json'

/** A run's folder while the run lives. */
export interface RunFolder {
  readonly path: string
  /** Writes a file so that it is there whole or not at all; gives its path. @throws HarnessError REPORT_UNWRITABLE */
  write(name: string, content: string | Uint8Array): Promise<string>
  /** Appends one entry. Null, or why it failed: a full disk must not end a run. */
  journal(entry: unknown): string | null
  close(): void
  /** Removes the folder with all that is in it. */
  remove(): Promise<void>
}

/** @throws HarnessError REPORT_UNWRITABLE, USAGE for names that are none */
export async function createRunFolder(outDir: string, scenario: string, runId: string): Promise<RunFolder> {
  requirePlainName('a scenario', scenario)
  requirePlainName('a run', runId)
  const path = join(outDir, scenario, runId)
  try {
    await makeFolder(path)
  } catch (cause) {
    throw unwritable(path, cause)
  }
  return openRunFolder(path)
}

/** The folder of a run that is there. @throws HarnessError REPORT_UNWRITABLE */
export function openRunFolder(path: string): RunFolder {
  let journalFile: number
  try {
    journalFile = openSync(join(path, JOURNAL_FILE), 'a')
  } catch (cause) {
    throw unwritable(path, cause)
  }
  return {
    path,
    async write(name, content) {
      const file = join(path, name)
      try {
        await makeFolder(dirname(file))
        await writeFile(`${file}.part`, content)
        await rename(`${file}.part`, file)
      } catch (cause) {
        throw unwritable(file, cause)
      }
      return file
    },
    journal(entry) {
      const line = Buffer.from(journalLine(entry))
      try {
        const written = writeSync(journalFile, line)
        return written === line.length ? null : `only ${written} of ${line.length} bytes were taken`
      } catch (error) {
        return messageOf(error)
      }
    },
    close: () => closeSync(journalFile),
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

function unwritable(path: string, cause: unknown): HarnessError {
  return new HarnessError('REPORT_UNWRITABLE', `${path} cannot be written: ${messageOf(cause)}`, {
    cause,
    hint: 'Make the folder writable, free some space, or choose another with --out.',
  })
}
