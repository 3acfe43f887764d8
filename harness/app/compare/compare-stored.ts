/** A stored run beside an approved baseline, or beside other stored runs. */
import { comparedRunOf, differencesBetween, fingerprintOf } from '../../analysis/comparison/baseline.ts'
import { compareRuns, emptyComparison } from '../../analysis/comparison/compare-runs.ts'
import { HarnessError } from '../../base/errors.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { readRunRecord } from '../../store/stored-run.ts'
import { namedBaseline } from './baselines.ts'

/** The name of an approved baseline, or the folders of stored runs. */
export type ComparedWith = { readonly baseline: string } | { readonly runs: readonly string[] }

export interface StoredComparison {
  /** Folder of the run, or its run.json. */
  readonly run: string
  readonly other: ComparedWith
  /** Folder of the baselines. */
  readonly baselines: string
}

/** @throws HarnessError RECORD_*, BASELINE_*, USAGE for no runs */
export async function compareStored(
  { run, other, baselines: folder }: StoredComparison,
  cwd: string,
): Promise<Comparison> {
  const record = await readRunRecord(run, cwd)
  if ('baseline' in other) {
    const compared = await namedBaseline({ name: other.baseline, folder }, cwd).compare(record)
    return compared ?? emptyComparison(other.baseline, 'caution', 'no baseline', [])
  }
  if (other.runs.length === 0)
    throw new HarnessError('USAGE', 'there is no run to compare with', {
      hint: 'Name the folder of at least one stored run.',
    })
  const before = await Promise.all(other.runs.map((each) => readRunRecord(each, cwd)))
  const differences = [
    ...new Set(before.flatMap((each) => differencesBetween(settingOf(each), settingOf(record)))),
  ]
  if (differences.length > 0)
    return emptyComparison(null, 'invalid', `not comparable, changed: ${differences.join(', ')}`, [])
  return compareRuns({
    name: null,
    baseline: before.map(comparedRunOf),
    candidate: [comparedRunOf(record)],
    pairs: [],
    confirmation: 'none',
  })
}

function settingOf({ scenarioHash, loadHash, environment }: RunRecord) {
  return { scenarioHash, loadHash, environment: fingerprintOf(environment) }
}
