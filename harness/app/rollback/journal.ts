/** `rollback.ndjson` in the folder of a run: each line is on the disk before what comes after it is done. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { type RollbackEntry, rollbackEntrySchema } from '../../model/rollback-journal.ts'
import { journalLine, readJournal } from '../../store/journal.ts'
import { exists, readRegularTextSync } from '../../system/files.ts'

export const ROLLBACK_JOURNAL_FILE = 'rollback.ndjson'

export interface RollbackJournal {
  /** Returns when the line is on the disk. @throws HarnessError REPORT_UNWRITABLE, the journal left as it was */
  append(entry: RollbackEntry): void
  close(): void
}

/** Creates the journal of a rollback that begins. @throws HarnessError REPORT_UNWRITABLE, also when the run has one already */
export function createRollbackJournal(runFolder: string): RollbackJournal {
  return openJournal(join(runFolder, ROLLBACK_JOURNAL_FILE), 'ax')
}

/**
 * Reopens the journal of a rollback whose process is dead. A line cut off by the kill is removed: the step it announces was not
 * started. @throws HarnessError REPORT_UNWRITABLE
 */
export function reopenRollbackJournal(runFolder: string): RollbackJournal {
  return openJournal(join(runFolder, ROLLBACK_JOURNAL_FILE), 'a+')
}

/** Reads the entries so far. @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID */
export async function readRollbackJournal(runFolder: string): Promise<readonly RollbackEntry[]> {
  const file = join(runFolder, ROLLBACK_JOURNAL_FILE)
  if (!(await exists(file)))
    throw new HarnessError('ROLLBACK_NOT_FOUND', `no rollback was started in ${runFolder}`, {
      hint: 'Give the folder of a run that started one, reports/<scenario>/<runId>.',
    })
  const { entries, lostLines } = await readJournal(file)
  // Only the last line can be torn by a kill; anything else is damage, after which nobody knows what was done.
  const isTorn = lostLines === 1 && !readRegularTextSync(file).endsWith('\n')
  if (lostLines > 0 && !isTorn) throw invalid(file, `its last ${lostLines} lines are damaged`)
  return entries.map((entry, index) => {
    const parsed = rollbackEntrySchema.safeParse(entry)
    if (parsed.success) return parsed.data
    throw invalid(file, `line ${index + 1} is of another version`)
  })
}

function openJournal(file: string, flags: 'a+' | 'ax'): RollbackJournal {
  const descriptor = unlessUnwritable(file, () => openSync(file, flags))
  if (flags === 'a+') unlessUnwritable(file, () => ftruncateSync(descriptor, wholeLinesBytes(file)))
  return {
    append: (entry) => unlessUnwritable(file, () => appendWhole(descriptor, Buffer.from(journalLine(entry)))),
    close: () => closeSync(descriptor),
  }
}

function wholeLinesBytes(file: string): number {
  return readFileSync(file).lastIndexOf('\n') + 1
}

/** The whole line or none of it. */
function appendWhole(descriptor: number, line: Buffer): void {
  const { size } = fstatSync(descriptor)
  const written = writeSync(descriptor, line)
  if (written < line.length) {
    ftruncateSync(descriptor, size)
    throw new Error(`only ${written} of ${line.length} bytes were taken`)
  }
  fsyncSync(descriptor)
}

function unlessUnwritable<T>(file: string, body: () => T): T {
  try {
    return body()
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'No step runs before its journal entry is written: free some space, or make the folder writable.',
    })
  }
}

function invalid(file: string, why: string): HarnessError {
  return new HarnessError('JOURNAL_INVALID', `${file} cannot be used: ${why}`, {
    hint: 'Check the system itself, because it is not known what was done to it. Then remove the file.',
  })
}
