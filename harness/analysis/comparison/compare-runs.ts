/**
 * Is this build worse than its baseline? Two stages (STATS section 4): a first look that is cheap and only suspects, then
 * confirmation by interleaved pairs of runs. A check fails only when the change is significant over all gates, larger than
 * the margin that matters, and reproduced inside the pairs. No randomness: the same runs give the same bits in any order.
 */
import type { CheckState, Comparison, ComparisonCheck, Level } from '../../model/comparison.ts'
import { higher } from '../decide.ts'
import { tQuantile } from '../distributions.ts'
import { bareCheck, comparisonCheck, reasonOf } from './checks.ts'
import { type ComparedRun, type ComparisonInput, newRunsOf } from './compared-run.ts'
import { byServiceTime, type ComparedTime, comparedTime, isPercentile } from './compared-time.ts'
import { type ComparisonSettings, DEFAULT_COMPARISON } from './comparison-settings.ts'
import { decideStates, isLook, needsOf, RERUNS_MAX } from './decision.ts'
import { type Gate, type GateKey, gateOf, isOf, stepKeys } from './gates.ts'
import { benjaminiHochberg, holm } from './multiple-tests.ts'
import { slowerComponents } from './slower-components.ts'
import { judgeStalls } from './stalls.ts'
import { stepGates } from './step-gates.ts'

/** The false discovery rate in the list of steps. */
const FALSE_DISCOVERIES = 0.05

export function compareRuns(
  given: ComparisonInput,
  settings: ComparisonSettings = DEFAULT_COMPARISON,
): Comparison {
  const sorted = inOrder(given)
  const time = comparedTime(sorted)
  const served = byServiceTime(sorted)
  const input = time === 'service_time' ? served : sorted
  const whole = settings.gates.map((metric) => ({ step: null, metric }))
  if (whole.length === 0) return emptyComparison(input.name, 'invalid', 'there is no gate', [])
  if (input.baseline.length === 0 && input.pairs.length === 0) {
    const checks = whole.map((key) => bareCheck(key, 'NO-BASELINE', input))
    return emptyComparison(input.name, 'caution', 'no baseline', checks)
  }
  const steps = stepGates(input, settings.gates)
  const keys: readonly GateKey[] = [...whole, ...steps.keys]
  const gates = keys.flatMap((key) => gateOf(input, key, settings) ?? [])
  const adjusted = holm(gates.map(({ test }) => test.p))
  const isTrusted = newRunsOf(input).every(({ trust }) => trust === 'all')
  const gateCount = keys.length
  const states = decideStates(gates, adjusted, {
    input,
    gateCount,
    stepGateCount: steps.keys.length,
    isTrusted,
  })
  const stalls = stallChecks(input)
  const needs = needsOf(input, [...states, ...stalls.map(({ state }) => state)])
  const deciding = { time, gateCount, settings, isFinal: needs === null }
  const decided = gates.map((gate, i) =>
    comparisonCheck(
      {
        gate,
        pAdjusted: adjusted[i] as number,
        state: states[i] as CheckState,
        serviceChange: changeOfServiceTime(served, gate.key, settings),
      },
      deciding,
    ),
  )
  const checks = [
    ...keys.map((key) => decided.find((check) => isOf(check, key)) ?? bareCheck(key, 'INVALID', input)),
    ...stalls,
  ]
  return {
    baseline: input.name,
    level: highestLevel(checks.map((check) => check.level)),
    believed: isTrusted || isDecidedByServiceTime(input, time),
    evidence: gates.length === keys.length && gates.every(isWithinMargin) ? 'proven' : 'none',
    needs,
    reason: reasonOf(checks),
    notes: [...steps.notes],
    checks,
    steps: slowerSteps(input, settings),
    components: slowerComponents(
      [...input.baseline, ...input.pairs.map((pair) => pair.baseline)],
      [...input.candidate, ...input.pairs.map((pair) => pair.candidate)],
    ),
  }
}

/** Null for what is no percentile, and where a run has no service times. */
function changeOfServiceTime(
  served: ComparisonInput,
  key: GateKey,
  settings: ComparisonSettings,
): number | null {
  if (!isPercentile(key.metric)) return null
  const gate = gateOf(served, key, settings)
  return gate === null ? null : Math.exp(gate.test.theta) - 1
}

/** Both members of a pair were late alike, so their service times compare; one late run beside stored ones proves nothing. */
function isDecidedByServiceTime(input: ComparisonInput, time: ComparedTime): boolean {
  return (
    time === 'service_time' &&
    input.pairs.length > 0 &&
    newRunsOf(input).every(({ trust }) => trust !== 'none')
  )
}

/** One when the target stood still more often than it used to; none when it did not. */
function stallChecks(input: ComparisonInput): ComparisonCheck[] {
  const stallsOf = (runs: readonly ComparedRun[]) => runs.map(({ summary }) => summary.stalledIntervals)
  const { length } = input.pairs
  const isRepeated = input.confirmation === 'reruns' && input.candidate.length > RERUNS_MAX
  const found = judgeStalls(
    stallsOf([...input.baseline, ...input.pairs.map(({ baseline }) => baseline)]),
    stallsOf([...input.candidate, ...input.pairs.map(({ candidate }) => candidate)]),
    isLook(length) || isRepeated,
  )
  if (found === null) return []
  return [{ ...bareCheck({ step: null, metric: 'stalls' }, found.state, input), change: found.more }]
}

/**
 * Steps that look slower, for people to look at: ranked by Benjamini and Hochberg at 5 %, never part of the verdict. A single step
 * is the run.
 */
function slowerSteps(input: ComparisonInput, settings: ComparisonSettings): Comparison['steps'] {
  const keys = stepKeys(input, settings.gates)
  if (new Set(keys.map(({ step }) => step)).size < 2) return []
  const gates = keys.flatMap((key) => gateOf(input, key, settings) ?? [])
  const adjusted = benjaminiHochberg(gates.map(({ test }) => test.p))
  return gates
    .map(({ key, test }, i) => ({
      step: key.step ?? '',
      metric: key.metric,
      change: Math.exp(test.theta) - 1,
      pAdjusted: adjusted[i] as number,
    }))
    .filter(({ change, pAdjusted }) => change > 0 && pAdjusted <= FALSE_DISCOVERIES)
    .sort((a, b) => a.pAdjusted - b.pAdjusted)
}

/** Maximum of levels; of none it is invalid, because nothing was judged. */
export function highestLevel(levels: readonly Level[]): Level {
  return levels.length === 0 ? 'invalid' : levels.reduce(higher)
}

/** Sums of floating point numbers depend on their order; the figures must not. */
function inOrder(input: ComparisonInput): ComparisonInput {
  const byId = (a: ComparedRun, b: ComparedRun) => (a.id < b.id ? -1 : 1)
  return {
    ...input,
    baseline: [...input.baseline].sort(byId),
    candidate: [...input.candidate].sort(byId),
    pairs: [...input.pairs].sort((a, b) => byId(a.baseline, b.baseline)),
  }
}

function isWithinMargin({ test, delta }: Gate): boolean {
  return test.theta + tQuantile(0.95, test.df) * test.se < delta
}

/** A comparison that came to nothing, and why. */
export function emptyComparison(
  baseline: string | null,
  level: Level,
  reason: string,
  checks: ComparisonCheck[],
): Comparison {
  return {
    baseline,
    level,
    believed: true,
    evidence: 'none',
    needs: null,
    reason,
    notes: [],
    checks,
    steps: [],
    components: [],
  }
}
