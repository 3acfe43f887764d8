/**
 * Is this build worse than its baseline? Two stages (STATS section 4): a first look that is cheap and only suspects, then
 * confirmation by interleaved pairs of runs. A check fails only when the change is significant over all gates, larger than
 * the margin that matters, and reproduced inside the pairs. No randomness: the same runs give the same bits in any order.
 */
import { sum } from 'simple-statistics'
import type { CheckState, Comparison, ComparisonCheck, Level } from '../../model/comparison.ts'
import { LEVELS } from '../../model/comparison.ts'
import { changeText } from '../../model/comparison-text.ts'
import type { ComparedMetric, MetricSummary, RunSummary } from '../../model/run-summary.ts'
import { tQuantile } from '../distributions.ts'
import { detectableDifference } from '../sample-size.ts'
import type { ComparedPair, ComparedRun } from './compared-run.ts'
import {
  moderatedTest,
  type NoiseFloor,
  type Observation,
  pairedTest,
  repeatedTest,
  sessionOf,
  type TestResult,
  withoutOutliers,
} from './moderated-test.ts'
import { benjaminiHochberg, holm } from './multiple-tests.ts'
import { slowerComponents } from './slower-components.ts'
import { judgeStalls } from './stalls.ts'

/** What can be done about a suspicion: run both builds in turns, the candidate alone, or nothing. */
export type Confirmation = 'pairs' | 'reruns' | 'none'

export interface ComparisonInput {
  /** What the baseline is called; null when it is no stored one. */
  readonly name: string | null
  readonly baseline: readonly ComparedRun[]
  readonly candidate: readonly ComparedRun[]
  /** Interleaved runs so far. */
  readonly pairs: readonly ComparedPair[]
  readonly confirmation: Confirmation
}

export interface ComparisonSettings {
  /** Metrics that decide; the others are not looked at. */
  readonly gates: readonly ComparedMetric[]
  /** Relative changes that matter; for error_ratio a difference of the ratio itself. */
  readonly margins: Readonly<Record<ComparedMetric, number>>
  readonly noise: Readonly<Record<ComparedMetric, NoiseFloor>>
  /** Gates on the latencies of every step, too: more reruns, for what only one step shows. */
  readonly gateSteps: boolean
  /** A comparison that could not have seen a change of this size says so. */
  readonly blindFrom: number
}

const D0 = 4
const floor = (s0: number): NoiseFloor => ({ s0, d0: D0 })

/** STATS section 4.5, with the reasons for each. */
export const DEFAULT_COMPARISON: ComparisonSettings = {
  gates: ['p50', 'p95', 'p99', 'throughput', 'error_ratio'],
  gateSteps: false,
  margins: { p50: 0.05, p95: 0.05, p99: 0.05, p99_9: 0.05, throughput: 0.03, error_ratio: 0.001 },
  noise: {
    p50: floor(0.03),
    p95: floor(0.03),
    p99: floor(0.04),
    p99_9: floor(0.08),
    throughput: floor(0.015),
    error_ratio: floor(0.004),
  },
  blindFrom: 0.25,
}

/** Family-wise error of a NO-GO, with confirmation and without any. */
const ALPHA = 0.01
const ALPHA_UNCONFIRMED = 0.005
const ALPHA_PAIRS = 0.05
/** After so many pairs a regression may be called; the last look ends the matter. */
const LOOKS = [3, 5] as const
export const PAIRS_MAX = LOOKS[1]
const SUSPECT_P = 0.2
const ALIVE_P = 0.25
/** With more gates than this, something is always suspect by chance: suspicion gets stricter. */
const MANY_GATES = 8
const RERUNS_MAX = 3
/** Of the list of steps. */
const FALSE_DISCOVERIES = 0.05
/** A quantile with fewer effective requests beyond it is hardly more than the maximum. */
const EFFECTIVE_BEYOND_MIN = 1

const BEYOND: Partial<Readonly<Record<ComparedMetric, number>>> = {
  p50: 0.5,
  p95: 0.05,
  p99: 0.01,
  p99_9: 0.001,
}

/** The figures of one gate before it is decided. */
interface Gate {
  readonly key: GateKey
  readonly noise: NoiseFloor
  readonly test: TestResult
  readonly pairs: TestResult | null
  readonly delta: number
  readonly baselineRatio: number
  readonly baselineCount: number
  readonly candidateCount: number
  readonly storedCount: number
  readonly excluded: readonly string[]
}

export function compareRuns(
  input: ComparisonInput,
  settings: ComparisonSettings = DEFAULT_COMPARISON,
): Comparison {
  const sorted = inOrder(input)
  const keys = gateKeys(sorted, settings)
  if (keys.length === 0) return emptyComparison(input.name, 'invalid', 'there is no gate', [])
  if (sorted.baseline.length === 0 && sorted.pairs.length === 0) {
    const checks = keys.map((key) => bareCheck(key, 'NO-BASELINE', sorted))
    return emptyComparison(input.name, 'caution', 'no baseline', checks)
  }
  const gates = keys.flatMap((key) => gateOf(sorted, key, settings) ?? [])
  const adjusted = holm(gates.map(({ test }) => test.p))
  const states = decideStates(gates, adjusted, sorted, keys.length)
  const decided = gates.map((gate, i) =>
    checkOf(gate, adjusted[i] as number, states[i] as CheckState, settings.blindFrom, keys.length),
  )
  const checks = [
    ...keys.map((key) => decided.find((check) => isOf(check, key)) ?? bareCheck(key, 'INVALID', sorted)),
    ...stallChecks(sorted),
  ]
  return {
    baseline: input.name,
    level: highestLevel(checks.map((check) => check.level)),
    evidence: gates.length === keys.length && gates.every(isWithinMargin) ? 'proven' : 'none',
    needs: needsOf(
      sorted,
      checks.map(({ state }) => state),
    ),
    reason: reasonOf(checks),
    checks,
    steps: slowerSteps(sorted, settings),
    components: slowerComponents(
      [...sorted.baseline, ...sorted.pairs.map((pair) => pair.baseline)],
      [...sorted.candidate, ...sorted.pairs.map((pair) => pair.candidate)],
    ),
  }
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

/** Whether a regression may be called after so many pairs. */
function isLook(pairs: number): boolean {
  return pairs === LOOKS[0] || pairs >= PAIRS_MAX
}

// --- what is looked at --------------------------------------------------------------------------------------------

/** A metric of the whole run, or of one step. */
interface GateKey {
  readonly step: string | null
  readonly metric: ComparedMetric
}

const isOf = (a: Pick<ComparisonCheck, 'step' | 'metric'>, b: GateKey): boolean =>
  a.step === b.step && a.metric === b.metric

function gateKeys(input: ComparisonInput, { gates, gateSteps }: ComparisonSettings): GateKey[] {
  const whole = gates.map((metric) => ({ step: null, metric }))
  return gateSteps ? [...whole, ...stepKeys(input, gates)] : whole
}

/** Latencies of every step that all runs have. */
function stepKeys(input: ComparisonInput, gates: readonly ComparedMetric[]): GateKey[] {
  const runs = runsOf(input)
  const steps = Object.keys(runs[0]?.steps ?? {}).filter((step) => runs.every((run) => step in run.steps))
  const latencies = gates.filter((metric) => BEYOND[metric] !== undefined)
  return steps.sort().flatMap((step) => latencies.map((metric) => ({ step, metric })))
}

function runsOf({ baseline, candidate, pairs }: ComparisonInput): ComparedRun[] {
  return [...baseline, ...candidate, ...pairs.flatMap((pair) => [pair.baseline, pair.candidate])]
}

/** The runs as if there were nothing but one step. */
function onStep(input: ComparisonInput, step: string | null): ComparisonInput {
  if (step === null) return input
  const narrowed = (run: ComparedRun): ComparedRun => ({ ...run, summary: run.steps[step] ?? NOTHING })
  return {
    ...input,
    baseline: input.baseline.map(narrowed),
    candidate: input.candidate.map(narrowed),
    pairs: input.pairs.map((pair) => ({
      baseline: narrowed(pair.baseline),
      candidate: narrowed(pair.candidate),
    })),
  }
}

const NOTHING: RunSummary = { requests: 0, errors: 0, seconds: 0, stalledIntervals: 0, metrics: {} }

/** Steps that look slower, for people to look at: ranked by Benjamini and Hochberg at 5 %, never part of the verdict. */
function slowerSteps(input: ComparisonInput, settings: ComparisonSettings): Comparison['steps'] {
  const gates = stepKeys(input, settings.gates).flatMap((key) => gateOf(input, key, settings) ?? [])
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
  if (levels.length === 0) return 'invalid'
  return LEVELS[Math.max(...levels.map((level) => LEVELS.indexOf(level)))] as Level
}

// --- figures ------------------------------------------------------------------------------------------------------

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

function isMeasured(input: ComparisonInput, metric: ComparedMetric): boolean {
  return (
    input.candidate.length + input.pairs.length > 0 &&
    runsOf(input).every(({ summary }) => {
      const figures = summary.metrics[metric]
      if (figures === undefined) return false
      const beyond = (BEYOND[metric] ?? 1) * (summary.requests / figures.designEffect)
      return beyond >= EFFECTIVE_BEYOND_MIN
    })
  )
}

/** Null where a run has no figures for it. */
function gateOf(whole: ComparisonInput, key: GateKey, settings: ComparisonSettings): Gate | null {
  const { metric } = key
  const input = onStep(whole, key.step)
  if (!isMeasured(input, metric)) return null
  const noise = settings.noise[metric]
  const stored = sessionsOf(input.baseline, metric)
  const paired = input.pairs.map((pair) => ({
    baseline: observe(pair.baseline, metric),
    candidate: observe(pair.candidate, metric),
  }))
  const all = [...stored, ...paired.map(({ baseline }) => baseline)]
  const baseline = withoutOutliers(all, noise.s0)
  const candidate = [
    ...input.candidate.map((run) => observe(run, metric)),
    ...paired.map((pair) => pair.candidate),
  ]
  const repeated = input.confirmation === 'reruns' && paired.length === 0
  const baselineRatio = errorRatioOf([...input.baseline, ...input.pairs.map((pair) => pair.baseline)])
  return {
    key,
    noise,
    test: repeated ? repeatedTest(baseline, candidate, noise) : moderatedTest(baseline, candidate, noise),
    pairs: paired.length === 0 ? null : pairedTest(paired, noise),
    delta: deltaOf(metric, settings.margins[metric], baselineRatio),
    baselineRatio,
    baselineCount: baseline.length,
    candidateCount: candidate.length,
    storedCount: stored.length,
    excluded: all.filter((observation) => !baseline.includes(observation)).flatMap(({ ids }) => ids),
  }
}

interface NamedObservation extends Observation {
  readonly ids: readonly string[]
}

function observe(run: ComparedRun, metric: ComparedMetric): NamedObservation {
  const { y, w } = run.summary.metrics[metric] as MetricSummary
  return { y, w, ids: [run.id] }
}

function sessionsOf(runs: readonly ComparedRun[], metric: ComparedMetric): NamedObservation[] {
  const sessions = new Map<string, NamedObservation[]>()
  for (const run of runs)
    sessions.set(run.session, [...(sessions.get(run.session) ?? []), observe(run, metric)])
  return [...sessions.values()].map((observations) => ({
    ...sessionOf(observations),
    ids: observations.flatMap(({ ids }) => ids),
  }))
}

function errorRatioOf(runs: readonly ComparedRun[]): number {
  return sum(runs.map(({ summary }) => summary.errors)) / sum(runs.map(({ summary }) => summary.requests))
}

/** The margin on the scale of the metric. */
function deltaOf(metric: ComparedMetric, margin: number, baselineRatio: number): number {
  if (metric !== 'error_ratio') return Math.log(1 + margin)
  return (
    2 * Math.asin(Math.sqrt(Math.min(1, baselineRatio + margin))) - 2 * Math.asin(Math.sqrt(baselineRatio))
  )
}

// --- decision -----------------------------------------------------------------------------------------------------

function decideStates(
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

function needsOf(
  { confirmation, pairs, candidate }: ComparisonInput,
  states: readonly CheckState[],
): Comparison['needs'] {
  if (!states.includes('SUSPECT') || states.includes('REGRESSED')) return null
  if (confirmation === 'pairs') return pairs.length < PAIRS_MAX ? { pairs: 1 } : null
  if (confirmation === 'reruns') return candidate.length <= RERUNS_MAX ? { reruns: 1 } : null
  return null
}

// --- checks -------------------------------------------------------------------------------------------------------

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

function checkOf(
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

/** What a further look with all five pairs would have confirmed with 90 % probability. */
function detectableTheta({ test, noise, storedCount }: Gate, gateCount: number): number {
  const baselineCount = storedCount + PAIRS_MAX
  const candidateCount = 1 + PAIRS_MAX
  const df = noise.d0 + baselineCount + candidateCount - 2
  const se = Math.sqrt(test.v) * Math.sqrt(1 / baselineCount + 1 / candidateCount)
  return detectableDifference(se, df, ALPHA / gateCount)
}

function changeOf(metric: ComparedMetric, theta: number, baselineRatio: number): number {
  if (metric !== 'error_ratio') return Math.exp(theta) - 1
  const angle = Math.asin(Math.sqrt(baselineRatio)) + theta / 2
  return Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2 - baselineRatio
}

function isWithinMargin({ test, delta }: Gate): boolean {
  return test.theta + tQuantile(0.95, test.df) * test.se < delta
}

function bareCheck(
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

/** A comparison that came to nothing, and why. */
export function emptyComparison(
  baseline: string | null,
  level: Level,
  reason: string,
  checks: ComparisonCheck[],
): Comparison {
  return { baseline, level, evidence: 'none', needs: null, reason, checks, steps: [], components: [] }
}

const REASONS: readonly (readonly [state: CheckState, said: string])[] = [
  ['REGRESSED', 'regressed'],
  ['INVALID', 'not measured'],
  ['SUSPECT', 'suspect'],
  ['BLIND', 'blind'],
  ['DRIFT', 'drifting'],
  ['IMPROVED', 'improved'],
]

function reasonOf(checks: readonly ComparisonCheck[]): string {
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
