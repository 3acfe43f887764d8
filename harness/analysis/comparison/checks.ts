/** A decided gate as it stands in the comparison, with what could have been seen, and in words. */
import type { CheckState, ComparisonCheck, Level } from '../../model/comparison.ts'
import { changeText } from '../../text/comparison-text.ts'
import { detectableDifference } from '../sample-size.ts'
import type { ComparisonInput } from './compared-run.ts'
import { type ComparedTime, isPercentile } from './compared-time.ts'
import type { ComparisonSettings } from './comparison-settings.ts'
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

/** A gate with what was decided of it. */
export interface DecidedGate {
  readonly gate: Gate
  readonly pAdjusted: number
  readonly state: CheckState
  /** The change of the same percentile of service time; null for other metrics, and where it was not measured. */
  readonly serviceChange: number | null
}

/** The circumstances that all gates share. */
export interface Deciding {
  readonly time: ComparedTime
  readonly gateCount: number
  readonly settings: ComparisonSettings
  /** True when no further run would help: what is suspect stays so. */
  readonly isFinal: boolean
}

export function comparisonCheck(decided: DecidedGate, deciding: Deciding): ComparisonCheck {
  const { gate, pAdjusted, serviceChange } = decided
  const { key, test, pairs, delta, baselineRatio } = gate
  const detectable = changeOf(key.metric, detectableTheta(gate, deciding.gateCount), baselineRatio)
  const { state, level } = judged(decided, detectable, deciding)
  return {
    ...key,
    time: isPercentile(key.metric) ? deciding.time : null,
    state,
    level,
    test,
    pAdjusted,
    pairs,
    delta,
    change: changeOf(key.metric, test.theta, baselineRatio),
    serviceChange,
    detectable,
    baselineCount: gate.baselineCount,
    candidateCount: gate.candidateCount,
    excluded: [...gate.excluded],
  }
}

/** The state and level of a gate: a change that nobody could have seen is none that is not there. */
function judged(
  { gate, state }: DecidedGate,
  detectable: number,
  { settings, isFinal }: Deciding,
): Pick<ComparisonCheck, 'state' | 'level'> {
  const { key, test, twiceDelta } = gate
  const isWhole = key.step === null && key.metric !== 'error_ratio'
  const isUnseen = isWhole && detectable > settings.invalidFrom
  if (state === 'OK' && isWhole && detectable > settings.blindFrom)
    return { state: 'BLIND', level: isUnseen ? 'invalid' : 'caution' }
  const isUnsettled = state === 'SUSPECT' && isFinal && (test.theta >= twiceDelta || isUnseen)
  return { state, level: isUnsettled ? 'invalid' : STATE_LEVELS[state] }
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
    time: null,
    state,
    level: STATE_LEVELS[state],
    test: null,
    pAdjusted: null,
    pairs: null,
    delta: null,
    change: null,
    serviceChange: null,
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
