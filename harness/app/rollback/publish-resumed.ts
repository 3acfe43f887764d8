/** Publishes a run whose rollback was resumed again, with what became of it. */
import { withRollback } from '../../analysis/judge.ts'
import { messageOf } from '../../base/errors.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { readRunRecord, requireVerdict } from '../../store/stored-run.ts'
import { reports } from '../reports/documents.ts'
import type { RunContext } from '../run/context.ts'
import { type FinishedRun, publishRun } from '../run/publish.ts'
import { createRunMask } from '../run/run-mask.ts'
import type { RollbackPlace } from './request.ts'
import { readRollbackState } from './resume.ts'

/** All but the rollback and the exit status stays as it was judged. What cannot be read or written is noted, and gives null. Never rejects. */
export async function publishResumed(
  folder: RollbackPlace['folder'],
  rollback: RollbackRecord,
  { host, note }: RunContext,
): Promise<FinishedRun | null> {
  const { cwd, env } = host
  try {
    const record = await readRunRecord(folder.path, cwd)
    const { files, ...verdict } = await requireVerdict(folder.path)
    const { begun } = await readRollbackState(folder.path)
    const published = await publishRun({ ...record, rollback }, withRollback(verdict, rollback), {
      folder,
      cwd,
      mask: createRunMask(resolveSecrets(begun.secrets, env), record.plan),
      reports: reports.names.filter((name) => Object.hasOwn(files, name)),
    })
    for (const failure of published.failures) note(failure)
    return published
  } catch (error) {
    note(`the report could not be updated; see rollback.json for the outcome: ${messageOf(error)}`)
    return null
  }
}
