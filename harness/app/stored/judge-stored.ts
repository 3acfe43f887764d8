/** A stored run, judged again: with the comparison that it was judged with, which no record holds. */
import { withBuiltIn } from '../../analysis/built-in-objectives.ts'
import { type JudgeOptions, judge } from '../../analysis/judge.ts'
import { parseObjectives } from '../../analysis/objective-grammar.ts'
import { HarnessError } from '../../base/errors.ts'
import type { Comparison } from '../../model/comparison.ts'
import { outsideMeasures } from '../../model/plan/measure-schema.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { readRunRecord, readVerdictBeside } from '../../store/stored-run.ts'
import { namedBaseline } from '../compare/baselines.ts'
import type { BaselineRef } from '../compare/compare.ts'

export interface JudgeRequest extends Pick<JudgeOptions, 'strict'> {
  /** Folder of a run, or its run.json. */
  readonly run: string
  /** Objectives in place of the run's own, as text; null: the run's own. */
  readonly objectives: readonly string[] | null
  /** Compares anew with this one; null: the comparison stays that of the verdict beside the record. */
  readonly baseline: BaselineRef | null
}

/** @param note called when nobody knows what the run was compared with @throws HarnessError OBJECTIVE_INVALID, RECORD_*, BASELINE_* */
export async function judgeStored(
  { run, baseline, strict, objectives: texts }: JudgeRequest,
  cwd: string,
  note: (message: string) => void,
): Promise<{ readonly record: RunRecord; readonly verdict: Verdict }> {
  const record = await readRunRecord(run, cwd)
  const stated = texts === null ? null : objectivesOf(texts, record)
  const comparison =
    baseline === null
      ? await publishedComparison(run, record, cwd, note)
      : await namedBaseline(baseline, cwd).compare(record)
  return {
    record,
    verdict: judge(record, {
      strict,
      comparison,
      ...(stated === null ? {} : { objectives: withBuiltIn(stated, record.plan) }),
    }),
  }
}

function objectivesOf(texts: readonly string[], { plan }: RunRecord): readonly ObjectivePlan[] {
  const measures = outsideMeasures(plan.plugins)
  const { objectives, problems } = parseObjectives(texts, '--objectives', undefined, measures)
  if (problems.length > 0)
    throw new HarnessError('OBJECTIVE_INVALID', 'an objective cannot be read', { problems })
  return objectives
}

/** Reads the comparison that a run was judged with first. @throws HarnessError RECORD_INVALID when its verdict cannot be read */
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

/** The note where a run is judged without its verdict. */
export const UNKNOWN_COMPARISON =
  'this run has no verdict.json beside its record: it is judged alone, without any baseline it was compared with'
