/** A decided gate as it stands in the comparison, with what could have been seen, and in words. */
import type { CheckState, ComparisonCheck, Level } from '../../model/comparison.ts'
import { changeText } from '../../text/comparison-text.ts'
import { detectableDifference } from '../sample-size.ts'
import type { ComparisonInput } from './compared-run.ts'
import { ALPHA, PAIRS_MAX } from './decision.ts'
import type { Gate } from './gates.ts'
import { changeOf } from './metric-scale.ts'

const STATE_LEVELS: Readonly<Record<CheckState, Level>> = {
  OK: 'ok',
  IMPROVED: 'ok',
  DRIFT: 'ok',
  SUSPECT: 'caution',
  BLIND: 'caution',
  'NO-BASELINE': 'caution',
  INVALID: 'invalid',
  REGRESSED: 'no-go',
}

export function comparisonCheck(
  gate: Gate,
  pAdjusted: number,
  decided: CheckState,
  blindFrom: number,
  gateCount: number,
): ComparisonCheck {
  const { key, test, pairs, delta, baselineRatio } = gate
  const detectable = changeOf(key.metric, detectableTheta(gate, gateCount), baselineRatio)
  const isBlind = decided === 'OK' && key.metric !== 'error_ratio' && detectable > blindFrom
  const state = isBlind ? 'BLIND' : decided
  return {
    ...key,
    state,
    level: STATE_LEVELS[state],
    test,
    pAdjusted,
    pairs,
    delta,
    change: changeOf(key.metric, test.theta, baselineRatio),
    detectable,
    baselineCount: gate.baselineCount,
    candidateCount: gate.candidateCount,
    excluded: [...gate.excluded],
  }
}

/** Returns the change that one more look with all five pairs would have confirmed with a probability of 90 %. */
function detectableTheta({ test, noise, storedCount }: Gate, gateCount: number): number {
  const baselineCount = storedCount + PAIRS_MAX
  const candidateCount = 1 + PAIRS_MAX
  const df = noise.d0 + baselineCount + candidateCount - 2
  const se = Math.sqrt(test.v) * Math.sqrt(1 / baselineCount + 1 / candidateCount)
  return detectableDifference(se, df, ALPHA / gateCount)
}

export function bareCheck(
  key: Pick<ComparisonCheck, 'step' | 'metric'>,
  state: CheckState,
  input: ComparisonInput,
): ComparisonCheck {
  return {
    ...key,
    state,
    level: STATE_LEVELS[state],
    test: null,
    pAdjusted: null,
    pairs: null,
    delta: null,
    change: null,
    detectable: null,
    baselineCount: input.baseline.length,
    candidateCount: input.candidate.length,
    excluded: [],
  }
}

const REASONS: readonly (readonly [state: CheckState, said: string])[] = [
  ['REGRESSED', 'regressed'],
  ['INVALID', 'not measured'],
  ['SUSPECT', 'suspect'],
  ['BLIND', 'blind'],
  ['DRIFT', 'drifting'],
  ['IMPROVED', 'improved'],
]

export function reasonOf(checks: readonly ComparisonCheck[]): string {
  const parts = REASONS.flatMap(([state, said]) => {
    const found = checks.filter((check) => check.state === state)
    return found.length === 0
      ? []
      : [
          `${said}: ${found.map((check) => [check.step, check.metric, changeText(check)].join(' ').trim()).join(', ')}`,
        ]
  })
  return parts.length === 0 ? 'no sign of a regression' : parts.join('; ')
}
