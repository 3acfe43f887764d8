/** A run whose process was killed: its journal becomes a record of everything but the interval that was under way. */
import { join, resolve } from 'node:path'
import { judge } from '../../analysis/judge.ts'
import { HarnessError } from '../../base/errors.ts'
import type { Host } from '../../ports/host.ts'
import { knownSecrets } from '../../scenario/secrets.ts'
import { openRunFolder, RECORD_FILE } from '../../store/run-folder.ts'
import { exists } from '../../system/files.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import { recordOf } from '../run/journalled-run.ts'
import { type FinishedRun, publishRun } from '../run/publish.ts'
import { createRunMask } from '../run/run-mask.ts'

/**
 * Rebuilds, judges and publishes a run. Never GO: the load was not the planned one.
 * @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID, USAGE when the run has a record already
 */
export async function recoverRun(run: string, { cwd, env }: Pick<Host, 'cwd' | 'env'>): Promise<FinishedRun> {
  const path = resolve(cwd, run)
  if (await exists(join(path, RECORD_FILE))) {
    throw new HarnessError('USAGE', `${path} has a record already: the run was not killed`, {
      hint: `See it with: proofload judge ${run}`,
    })
  }
  const record = await recordOf(path)
  const folder = openRunFolder(path)
  try {
    return await publishRun(record, judge(record, { strict: false }), {
      folder,
      cwd,
      mask: createRunMask(knownSecrets(record.plan.secrets, env), record.plan),
      reports: DEFAULT_REPORTS,
    })
  } finally {
    folder.close()
  }
}
