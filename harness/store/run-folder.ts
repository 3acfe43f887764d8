/** The folder a run leaves behind: `<out>/<scenario>/<runId>/`. Files are replaced as a whole, the journal only grows. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'

export const RECORD_FILE = 'run.json'
const JOURNAL_FILE = 'journal.ndjson'

/** A run's folder while the run lives. */
export interface RunFolder {
  readonly path: string
  /** Writes a file so that it is there whole or not at all; gives its path. @throws HarnessError REPORT_UNWRITABLE */
  write(name: string, text: string): Promise<string>
  /** Appends one line `{ sum, entry }`, sum = first 16 hex digits of the entry's SHA-256. Null, or why it failed: a full disk must not end a run. */
  journal(entry: unknown): string | null
  close(): void
}

/** @throws HarnessError REPORT_UNWRITABLE */
export async function createRunFolder(outDir: string, scenario: string, runId: string): Promise<RunFolder> {
  const path = join(outDir, scenario, runId)
  let journalFile: number
  try {
    await mkdir(path, { recursive: true })
    journalFile = openSync(join(path, JOURNAL_FILE), 'a')
  } catch (cause) {
    throw unwritable(path, cause)
  }
  return {
    path,
    async write(name, text) {
      const file = join(path, name)
      try {
        await writeFile(`${file}.part`, text)
        await rename(`${file}.part`, file)
      } catch (cause) {
        throw unwritable(file, cause)
      }
      return file
    },
    journal(entry) {
      const text = JSON.stringify(entry)
      const sum = createHash('sha256').update(text).digest('hex').slice(0, 16)
      try {
        writeSync(journalFile, `{"sum":"${sum}","entry":${text}}\n`)
        return null
      } catch (error) {
        return messageOf(error)
      }
    },
    close: () => closeSync(journalFile),
  }
}

function unwritable(path: string, cause: unknown): HarnessError {
  return new HarnessError('REPORT_UNWRITABLE', `${path} cannot be written: ${messageOf(cause)}`, {
    cause,
    hint: 'Make the folder writable, free some space, or choose another with --out.',
  })
}
