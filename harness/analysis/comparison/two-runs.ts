/** One run beside another, as `proofload compare` does it: nothing is known of the machine's noise but what any has. */
import type { Comparison } from '../../model/comparison.ts'
import type { HistoryRun } from '../../model/history.ts'
import { differencesBetween } from './baseline.ts'
import { compareRuns } from './compare-runs.ts'
import type { ComparedRun } from './compared-run.ts'

/** Two runs; `comparison` is null when something differs so that they do not compare, which `differences` says. */
export interface TwoRuns {
  readonly differences: readonly string[]
  readonly comparison: Comparison | null
}

/** @param before the measure @param now the one that is judged */
export function compareTwoRuns(before: HistoryRun, now: HistoryRun): TwoRuns {
  const differences = differencesBetween(before, now)
  if (differences.length > 0) return { differences, comparison: null }
  const comparison = compareRuns({
    name: null,
    baseline: [comparedRun(before)],
    candidate: [comparedRun(now)],
    pairs: [],
    confirmation: 'none',
  })
  return { differences, comparison }
}

function comparedRun({ id, valid, summaries }: HistoryRun): ComparedRun {
  const { all, steps, componentSumUs } = summaries
  return { id, session: id, summary: all, steps, componentSumUs, trust: valid ? 'all' : 'none' }
}
