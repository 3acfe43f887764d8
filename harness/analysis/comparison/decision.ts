/** The decision of each gate: suspicion, confirmation, and what more would help (STATS sections 4.2 to 4.4). */
import type { CheckState, Comparison } from '../../model/comparison.ts'
import { tQuantile } from '../distributions.ts'
import type { ComparisonInput } from './compared-run.ts'
import type { Gate } from './gates.ts'
import type { TestResult } from './moderated-test.ts'

/** Family-wise error of a NO-GO, with confirmation and without any. */
export const ALPHA = 0.01
const ALPHA_UNCONFIRMED = 0.005
const ALPHA_PAIRS = 0.05
/** After so many pairs a regression may be called; the last look ends the matter. */
const LOOKS = [3, 5] as const
export const PAIRS_MAX = LOOKS[1]
const SUSPECT_P = 0.2
const ALIVE_P = 0.25
/** With more gates than this, something is always suspect by chance: suspicion gets stricter. */
const MANY_GATES = 8
export const RERUNS_MAX = 3

/** Returns true when a regression may be decided after this number of pairs. */
export function isLook(pairs: number): boolean {
  return pairs === LOOKS[0] || pairs >= PAIRS_MAX
}

export function decideStates(
  gates: readonly Gate[],
  adjusted: readonly number[],
  input: ComparisonInput,
  gateCount: number,
): CheckState[] {
  const decide = input.pairs.length > 0 ? afterPairs : atFirstLook
  return gates.map(
    (gate, i) =>
      decide(gate, adjusted[i] as number, input, gateCount) ?? quietState(gate, adjusted[i] as number),
  )
}

/** Null when nothing is suspect. */
function atFirstLook(
  { test, delta, baselineCount, candidateCount }: Gate,
  adjusted: number,
  { confirmation }: ComparisonInput,
  gateCount: number,
): CheckState | null {
  if (!isSuspect(test, delta, gateCount)) return null
  const isLarge = test.theta >= delta
  if (confirmation === 'reruns') {
    const isProven = adjusted <= ALPHA && isLarge && baselineCount >= 3 && candidateCount > RERUNS_MAX
    return isProven ? 'REGRESSED' : 'SUSPECT'
  }
  if (confirmation === 'none') {
    const enough = baselineCount >= 2 && baselineCount + candidateCount >= 4
    const lowest = test.theta - tQuantile(1 - ALPHA_UNCONFIRMED / gateCount, test.df) * test.se
    const isProven = enough ? adjusted <= ALPHA_UNCONFIRMED && isLarge : lowest > delta
    return isProven ? 'REGRESSED' : 'SUSPECT'
  }
  return 'SUSPECT'
}

function isSuspect({ theta, p }: TestResult, delta: number, gateCount: number): boolean {
  if (gateCount > MANY_GATES) return theta >= delta / 2 && p < Math.min(SUSPECT_P, 1.2 / gateCount)
  return theta >= delta || (theta >= delta / 2 && p < SUSPECT_P)
}

/** Null when the suspicion has died, or never was. */
function afterPairs(
  { test, pairs, delta }: Gate,
  adjusted: number,
  { pairs: { length } }: ComparisonInput,
  gateCount: number,
): CheckState | null {
  const isConfirmed = adjusted <= ALPHA && test.theta >= delta
  const isReproduced = pairs !== null && pairs.theta >= delta / 2 && pairs.p <= ALPHA_PAIRS
  if (isLook(length) && isConfirmed && isReproduced) return 'REGRESSED'
  if (length >= PAIRS_MAX) return test.theta >= delta ? 'SUSPECT' : null
  const aliveP = gateCount > MANY_GATES ? Math.min(ALIVE_P, 1.5 / gateCount) : ALIVE_P
  return test.theta >= delta / 2 && test.p < aliveP ? 'SUSPECT' : null
}

function quietState({ test, delta }: Gate, adjusted: number): CheckState {
  if (test.theta <= -delta && 1 - test.p <= ALPHA) return 'IMPROVED'
  return test.theta > 0 && adjusted <= ALPHA ? 'DRIFT' : 'OK'
}

export function needsOf(
  { confirmation, pairs, candidate }: ComparisonInput,
  states: readonly CheckState[],
): Comparison['needs'] {
  if (!states.includes('SUSPECT') || states.includes('REGRESSED')) return null
  if (confirmation === 'pairs') return pairs.length < PAIRS_MAX ? { pairs: 1 } : null
  if (confirmation === 'reruns') return candidate.length <= RERUNS_MAX ? { reruns: 1 } : null
  return null
}
