/** The comparison of a load with a baseline, before it is judged. A comparison that fails is the verdict's to say. */
import { emptyComparison } from '../../analysis/comparison/compare-runs.ts'
import { messageOf } from '../../base/errors.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { RunContext } from './context.ts'
import type { Comparer } from './request.ts'

export interface ComparedLoad {
  readonly comparison: Comparison | null
  /** Shown by reports; null also when it cannot be read any more, as what was compared is in the verdict. */
  readonly baseline: Baseline | null
}

/** Compares a load that was not cut short. Never rejects. */
export async function compareLoad(
  { note }: RunContext,
  measured: RunRecord,
  comparer: Comparer | null,
): Promise<ComparedLoad> {
  // A run that was cut short is compared with nothing, and no further run is made beside it.
  const comparison =
    comparer === null || measured.status !== 'complete' ? null : await compared(comparer, measured)
  if (comparer === null || comparison === null) return { comparison, baseline: null }
  try {
    return { comparison, baseline: await comparer.baselineOf(measured, comparison) }
  } catch (error) {
    note(`the reports do not show the baseline: ${messageOf(error)}`)
    return { comparison, baseline: null }
  }
}

async function compared(comparer: Comparer, measured: RunRecord): Promise<Comparison | null> {
  try {
    return await comparer.compare(measured)
  } catch (error) {
    const why = isInterrupted(error) ? 'was cut short' : 'failed'
    return emptyComparison(null, 'invalid', `the comparison ${why}: ${messageOf(error)}`, [])
  }
}
