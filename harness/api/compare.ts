import { BASELINES_FOLDER } from '../app/compare/baselines.ts'
import { type ComparedWith, compareStored } from '../app/compare/compare-stored.ts'
import type { Comparison } from '../model/comparison.ts'
import type { ProjectOptions } from './settings.ts'

/** Options of `compare`. */
export interface CompareOptions extends ProjectOptions {
  /** Folder of the stored run that is judged, or its run.json. */
  readonly run: string
  /** An approved baseline by its name, or stored runs of the build before. */
  readonly with: ComparedWith
  /** Folder of the baselines. Default: baselines. */
  readonly baselines?: string
}

/**
 * Compares a stored run with an approved baseline or with other stored runs, by the statistics of `proofload run --baseline`.
 * It sends nothing and writes nothing. Runs of another scenario, load or machine are not compared: `level` is `invalid`.
 * @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID, BASELINE_NOT_FOUND, BASELINE_INVALID, USAGE without a run to compare with
 */
export function compare({
  run,
  with: other,
  baselines = BASELINES_FOLDER,
  cwd = process.cwd(),
}: CompareOptions): Promise<Comparison> {
  return compareStored({ run, other, baselines }, cwd)
}
