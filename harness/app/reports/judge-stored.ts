/** A stored run, judged again: with the comparison that it was judged with, which no record holds. */
import { type JudgeOptions, judge } from '../../analysis/judge.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { readRunRecord, readVerdictBeside } from '../../store/stored-run.ts'
import { namedBaseline } from '../compare/baselines.ts'
import type { BaselineRef } from '../compare/compare.ts'

export interface JudgeRequest extends Pick<JudgeOptions, 'strict' | 'objectives'> {
  /** Folder of a run, or its run.json. */
  readonly run: string
  /** Compares anew with this one; null: the comparison stays that of the verdict beside the record. */
  readonly baseline: BaselineRef | null
}

/** @param note told when nobody knows what the run was compared with @throws HarnessError RECORD_*, BASELINE_* */
export async function judgeStored(
  { run, baseline, ...options }: JudgeRequest,
  cwd: string,
  note: (message: string) => void,
): Promise<{ readonly record: RunRecord; readonly verdict: Verdict }> {
  const record = await readRunRecord(run, cwd)
  const comparison =
    baseline === null
      ? await publishedComparison(run, record, cwd, note)
      : await namedBaseline(baseline, cwd).compare(record)
  return { record, verdict: judge(record, { ...options, comparison }) }
}

/** What a run was compared with when it was judged first. @throws HarnessError RECORD_INVALID when its verdict cannot be read */
export async function publishedComparison(
  run: string,
  record: RunRecord,
  cwd: string,
  note: (message: string) => void,
): Promise<Comparison | null> {
  const verdict = await readVerdictBeside(run, record, cwd)
  if (verdict === null) note(UNKNOWN_COMPARISON)
  return verdict?.comparison ?? null
}

/** Said where a run is judged without its verdict. */
export const UNKNOWN_COMPARISON =
  'there is no verdict.json of this run beside its record: it is judged alone, without the baseline it may have been compared with'
