/** Runs of the reports folder, by plain ids. */
import { resolve } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { VerdictDocument } from '../../model/verdict.ts'
import { findRunFolder } from '../../store/report-folders.ts'
import { readRunRecord, requireVerdict } from '../../store/stored-run.ts'
import type { McpSession } from './tool.ts'

/** The folder of a run that has a record. @throws HarnessError RECORD_NOT_FOUND */
export async function folderOfRun(runId: string, { host, places }: McpSession): Promise<string> {
  const folder = await findRunFolder(resolve(host.cwd, places.outDir), runId)
  if (folder !== null) return folder
  throw new HarnessError('RECORD_NOT_FOUND', `there is no finished run ${runId}`, {
    hint: 'list_runs names those that are there; a run that was killed becomes one by: proofload recover FOLDER.',
  })
}

/** @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function storedRun(
  runId: string,
  session: McpSession,
): Promise<{ readonly record: RunRecord; readonly verdict: VerdictDocument }> {
  const folder = await folderOfRun(runId, session)
  return { record: await readRunRecord(folder, session.host.cwd), verdict: await requireVerdict(folder) }
}
