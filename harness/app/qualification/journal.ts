/** `journal.ndjson` in the folder of a qualification. */
import { join } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { type QualificationEntry, qualificationEntrySchema } from '../../model/qualification-journal.ts'
import {
  createStepJournal,
  readStepJournal,
  reopenStepJournal,
  type StepJournal,
} from '../../store/step-journal.ts'
import { exists } from '../../system/files.ts'

const JOURNAL = 'journal.ndjson'

export type QualificationJournal = StepJournal<QualificationEntry>

/** @throws HarnessError REPORT_UNWRITABLE */
export function createQualificationJournal(folder: string): QualificationJournal {
  return createStepJournal(join(folder, JOURNAL))
}

/** @throws HarnessError REPORT_UNWRITABLE */
export function reopenQualificationJournal(folder: string): QualificationJournal {
  return reopenStepJournal(join(folder, JOURNAL))
}

/** Reads the entries so far. @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID */
export async function readQualificationJournal(folder: string): Promise<readonly QualificationEntry[]> {
  const file = join(folder, JOURNAL)
  if (!(await exists(file)))
    throw new HarnessError('RECORD_NOT_FOUND', `no qualification was begun in ${folder}`, {
      hint: 'Name the folder of one, for example reports/qualify/release/qualify-20261121-093005-4f2a.',
    })
  return await readStepJournal(
    file,
    qualificationEntrySchema,
    'It was changed, or written by another version: begin the qualification again without --resume.',
  )
}
