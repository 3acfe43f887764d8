/**
 * Seconds in which a service stood still. Percentiles of a closed model are blind to them, because agents that wait send
 * nothing. An interval with less than half the median number of answers is a stall; two or more, and more than any baseline
 * run had, is a suspicion, and a regression when it is so in most candidate runs after confirmation (STATS section 5.2).
 */
import { max, median } from 'simple-statistics'
import type { CheckState } from '../../model/comparison.ts'

/** Fewer intervals have no usual number of answers. */
const INTERVALS_MIN = 6
const STALLS_MIN = 2

/** Stalled intervals of a series of answers. */
export function countStalls(answers: readonly number[]): number {
  if (answers.length < INTERVALS_MIN) return 0
  const usual = median([...answers])
  return answers.filter((amount) => amount < usual / 2).length
}

export interface StallFinding {
  readonly state: CheckState
  /** Stalled intervals more than the worst baseline run. */
  readonly more: number
}

/** Null when nothing is suspect. @param isConfirmed whether runs enough were made to call it */
export function judgeStalls(
  baseline: readonly number[],
  candidate: readonly number[],
  isConfirmed: boolean,
): StallFinding | null {
  if (baseline.length === 0 || candidate.length === 0) return null
  const usual = median([...candidate])
  const more = usual - max([...baseline])
  if (usual < STALLS_MIN || more <= 0) return null
  return { state: isConfirmed ? 'REGRESSED' : 'SUSPECT', more }
}
