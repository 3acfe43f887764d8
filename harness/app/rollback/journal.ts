/** `rollback.ndjson` in the folder of a run: each line is on the disk before what comes after it is done. */
import { join } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { type RollbackEntry, rollbackEntrySchema } from '../../model/rollback-journal.ts'
import {
  createStepJournal,
  readStepJournal,
  reopenStepJournal,
  type StepJournal,
} from '../../store/step-journal.ts'
import { exists } from '../../system/files.ts'

export const ROLLBACK_JOURNAL_FILE = 'rollback.ndjson'

export type RollbackJournal = StepJournal<RollbackEntry>

/** Creates the journal of a rollback that begins. @throws HarnessError REPORT_UNWRITABLE, also when the run has one already */
export function createRollbackJournal(runFolder: string): RollbackJournal {
  return createStepJournal(join(runFolder, ROLLBACK_JOURNAL_FILE))
}

/** Reopens the journal of a rollback whose process is dead. @throws HarnessError REPORT_UNWRITABLE */
export function reopenRollbackJournal(runFolder: string): RollbackJournal {
  return reopenStepJournal(join(runFolder, ROLLBACK_JOURNAL_FILE))
}

/** Reads the entries so far. @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID */
export async function readRollbackJournal(runFolder: string): Promise<readonly RollbackEntry[]> {
  const file = join(runFolder, ROLLBACK_JOURNAL_FILE)
  if (!(await exists(file)))
    throw new HarnessError('ROLLBACK_NOT_FOUND', `no rollback was started in ${runFolder}`, {
      hint: 'Give the folder of a run that started one, reports/<scenario>/<runId>.',
    })
  return await readStepJournal(
    file,
    rollbackEntrySchema,
    'Check the system itself, because it is not known what was done to it. Then remove the file.',
  )
}
