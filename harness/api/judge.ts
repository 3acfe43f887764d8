import { judgeStored } from '../app/stored/judge-stored.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { type BaselineOptions, baselineOf, type ProjectOptions } from './settings.ts'

/** Options of `judge`. */
export interface JudgeOptions extends ProjectOptions, BaselineOptions {
  /** Folder of a stored run, or its run.json. */
  readonly run: string
  /** Objectives in the place of the run's own. Default: the run's own. */
  readonly objectives?: readonly string[]
  /** Cautions make the verdict INCONCLUSIVE. Default: false. */
  readonly strict?: boolean
}

/** A stored run and its verdict. */
export interface Judged {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Remarks for people, such as that nobody knows what the run was compared with. */
  readonly notes: readonly string[]
}

/**
 * Judges a stored run, as `proofload judge` does. It sends nothing and writes nothing.
 * @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID, OBJECTIVE_INVALID, BASELINE_*
 */
export async function judge({
  run,
  objectives,
  strict = false,
  cwd = process.cwd(),
  ...rest
}: JudgeOptions): Promise<Judged> {
  const notes: string[] = []
  const request = { run, objectives: objectives ?? null, strict, baseline: baselineOf(rest) }
  const judged = await judgeStored(request, cwd, (note) => notes.push(note))
  return { ...judged, notes }
}
