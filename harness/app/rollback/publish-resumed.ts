/** The files of a run whose rollback was resumed, written again with what became of it. */
import { join } from 'node:path'
import { withRollback } from '../../analysis/judge.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import { type VerdictDocument, verdictDocumentSchema } from '../../model/verdict.ts'
import type { Host } from '../../ports/host.ts'
import { jsonReporter } from '../../reporters/json.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { readRunRecord } from '../../store/stored-run.ts'
import { readRegularText } from '../../system/files.ts'
import { reports } from '../reports/documents.ts'
import { publishRun } from '../run/publish.ts'
import { createRunMask } from '../run/run-mask.ts'
import type { RollbackSurroundings } from './request.ts'
import { readStanding } from './resume.ts'

/** All but the rollback and the exit status stays as it was judged. What cannot be read or written is said. Never rejects. */
export async function publishResumed(
  folder: RollbackSurroundings['folder'],
  rollback: RollbackRecord,
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
  note: (message: string) => void,
): Promise<void> {
  try {
    const record = await readRunRecord(folder.path, cwd)
    const { files, ...verdict } = await readVerdict(folder.path)
    const { begun } = await readStanding(folder.path)
    const { failures } = await publishRun({ ...record, rollback }, withRollback(verdict, rollback), {
      folder,
      cwd,
      mask: createRunMask(resolveSecrets(begun.secrets, env), record.plan),
      reports: reports.names.filter((name) => Object.hasOwn(files, name)),
    })
    for (const failure of failures) note(failure)
  } catch (error) {
    note(`only rollback.json says what became of it: ${messageOf(error)}`)
  }
}

async function readVerdict(path: string): Promise<VerdictDocument> {
  const file = join(path, jsonReporter.fileName)
  try {
    return verdictDocumentSchema.parse(JSON.parse(await readRegularText(file)))
  } catch (cause) {
    throw new HarnessError('RECORD_INVALID', `${file} is no verdict of this version`, {
      cause,
      hint: 'Judge the stored run again: proofload judge RUN.',
    })
  }
}
