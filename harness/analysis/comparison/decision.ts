/** The decision of each gate: suspicion, confirmation, and what more would help (STATS sections 4.2 to 4.4). */
import type { CheckState, Comparison } from '../../model/comparison.ts'
import { tQuantile } from '../distributions.ts'
import type { ComparisonInput } from './compared-run.ts'
import type { Gate } from './gates.ts'

/** Family-wise error of a NO-GO, with confirmation and without any. */
export const ALPHA = 0.01
const ALPHA_UNCONFIRMED = 0.005
const ALPHA_PAIRS = 0.05
/** After so many pairs a regression may be called; the last look ends the matter. */
const LOOKS = [3, 5] as const
export const PAIRS_MAX = LOOKS[1]
export const RERUNS_MAX = 3

const SUSPECT_P = 0.2
const ALIVE_P = 0.25
/**
 * With many steps something is suspect by chance. So many steps a look may be: a few where pairs settle it, hardly any where
 * the suspicion itself makes the verdict.
 */
const CHANCE_STEPS = 0.3
const CHANCE_STEPS_UNSETTLED = 0.05

/** The gates that are decided together. */
export interface Family {
  readonly input: ComparisonInput
  /** Gates of the whole run and of steps. */
  readonly gateCount: number
  readonly stepGateCount: number
  /** True when each new run is a valid measurement. */
  readonly isTrusted: boolean
}

/** Returns true when a regression may be decided after this number of pairs. */
export function isLook(pairs: number): boolean {
  return pairs === LOOKS[0] || pairs >= PAIRS_MAX
}

/** Decides each gate. @param adjusted p over all gates, by Holm */
export function decideStates(
  gates: readonly Gate[],
  adjusted: readonly number[],
  family: Family,
): CheckState[] {
  const decide = family.input.pairs.length > 0 ? afterPairs : atFirstLook
  return gates.map((gate, i) => {
    const p = adjusted[i] as number
    return decide(gate, p, family) ?? quietState(gate, p)
  })
}

/** Null when nothing is suspect. */
function atFirstLook(gate: Gate, adjusted: number, family: Family): CheckState | null {
  const { test, delta, baselineCount, candidateCount } = gate
  const { input, gateCount } = family
  if (isOverwhelming(gate, family)) return 'REGRESSED'
  if (!isSuspect(gate, family)) return null
  const isLarge = test.theta >= delta
  if (input.confirmation === 'reruns') {
    const isProven = adjusted <= ALPHA && isLarge && baselineCount >= 3 && candidateCount > RERUNS_MAX
    return isProven ? 'REGRESSED' : 'SUSPECT'
  }
  if (input.confirmation === 'none') {
    const enough = baselineCount >= 2 && baselineCount + candidateCount >= 4
    const lowest = test.theta - tQuantile(1 - ALPHA_UNCONFIRMED / gateCount, test.df) * test.se
    const isProven = enough ? adjusted <= ALPHA_UNCONFIRMED && isLarge : lowest > delta
    return isProven ? 'REGRESSED' : 'SUSPECT'
  }
  return 'SUSPECT'
}

/** Tests whether the change is beyond what noise of any plausible size explains: nothing needs to be confirmed then. */
function isOverwhelming({ plausible, twiceDelta }: Gate, { isTrusted }: Family): boolean {
  return isTrusted && plausible.lowest > twiceDelta
}

function isSuspect({ key, test, plausible, delta }: Gate, { input, stepGateCount }: Family): boolean {
  const { theta, p } = test
  if (key.step === null) return theta >= delta || (theta >= delta / 2 && p < SUSPECT_P)
  const chance = input.confirmation === 'none' ? CHANCE_STEPS_UNSETTLED : CHANCE_STEPS
  return theta >= delta / 2 && plausible.p < Math.min(SUSPECT_P, chance / stepGateCount)
}

/** Null when the suspicion has died, or never was. */
function afterPairs(gate: Gate, adjusted: number, family: Family): CheckState | null {
  const { test, pairs, delta } = gate
  const { length } = family.input.pairs
  const isConfirmed = adjusted <= ALPHA && test.theta >= delta
  const isReproduced = pairs !== null && pairs.theta >= delta / 2 && pairs.p <= ALPHA_PAIRS
  if (isLook(length) && isConfirmed && isReproduced) return 'REGRESSED'
  return isStillSuspect(gate, family, length >= PAIRS_MAX) ? 'SUSPECT' : null
}

/** Tests whether a suspicion lives on. After the last pair that of the whole run does when it is large, whatever its p. */
function isStillSuspect(
  { key, test, plausible, delta }: Gate,
  { stepGateCount }: Family,
  isEnd: boolean,
): boolean {
  if (isEnd)
    return test.theta >= delta && (key.step === null || test.p < CHANCE_STEPS_UNSETTLED / stepGateCount)
  if (test.theta < delta / 2) return false
  return key.step === null ? test.p < ALIVE_P : plausible.p < CHANCE_STEPS / stepGateCount
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
