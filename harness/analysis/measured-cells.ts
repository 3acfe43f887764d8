/** Histograms of a view: their sums, and the values in them above a bound. */
import type { SparseCounts } from '../base/histogram.ts'
import { lookUp } from '../base/names.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { CellKey, CellMetric } from '../model/interval-snapshot.ts'
import { OUTCOME_TIMED_OUT, STEP_OUTCOMES } from '../model/outcome.ts'

/** One histogram with its address, in whatever form it is kept. */
export interface MeasuredCell extends CellKey {
  readonly count: number
  readonly sumUs: number
  /** Exact numbers of values above the bounds of objectives, by bound in microseconds. */
  readonly over: Readonly<Record<string, number>>
  counts(): SparseCounts
}

/** Returns true when the times of a cell are lower bounds: the waiting times of unanswered requests. */
export function isCensored({ outcome }: MeasuredCell): boolean {
  return outcome === STEP_OUTCOMES[OUTCOME_TIMED_OUT]
}

export function mergedOf(cells: readonly MeasuredCell[]): SparseHistogram {
  return SparseHistogram.sum(cells.map((cell) => cell.counts()))
}

export function countOf(cells: readonly MeasuredCell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0)
}

export function countOver(cells: readonly MeasuredCell[], boundUs: number): number {
  if (!cells.every(({ over }) => Object.hasOwn(over, String(boundUs))))
    return mergedOf(cells).countOver(boundUs)
  return cells.reduce((sum, { over }) => sum + (lookUp(over, String(boundUs)) ?? 0), 0)
}

export function byMetric(cells: readonly MeasuredCell[]): Map<CellMetric, MeasuredCell[]> {
  const groups = new Map<CellMetric, MeasuredCell[]>()
  for (const cell of cells) {
    const group = groups.get(cell.metric)
    if (group === undefined) groups.set(cell.metric, [cell])
    else group.push(cell)
  }
  return groups
}
