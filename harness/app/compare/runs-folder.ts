import { join, resolve } from 'node:path'
import type { RunRecord } from '../../model/run-record.ts'

/** The folder, in that of a comparison, which holds the folders of the runs that were made for it. */
export const RUNS_FOLDER = 'runs'

/** Returns the path of the folder for the runs that confirm what a run has found. */
export function runsFolderOf(
  { scenario, runId }: Pick<RunRecord, 'scenario' | 'runId'>,
  outDir: string,
  cwd: string,
): string {
  return join(resolve(cwd, outDir), scenario, runId, RUNS_FOLDER)
}
