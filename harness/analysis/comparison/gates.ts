/** The figures of each gate: a metric of the whole run or of one step, over all runs, before anything is decided. */
import { sum } from 'simple-statistics'
import { lookUp } from '../../base/names.ts'
import type { ComparisonCheck } from '../../model/comparison.ts'
import type {
  ComparedMetric,
  ComparedPercentile,
  MetricSummary,
  RunSummary,
} from '../../model/run-summary.ts'
import { allRunsOf, type ComparedRun, type ComparisonInput, newRunsOf, withRuns } from './compared-run.ts'
import { isPercentile } from './compared-time.ts'
import type { ComparisonSettings } from './comparison-settings.ts'
import { deltaOf } from './metric-scale.ts'
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
import { type PlausibleTest, plausibleNoise, plausibleTest } from './plausible-test.ts'

/** A quantile with fewer effective requests beyond it is hardly more than the maximum. */
const EFFECTIVE_BEYOND_MIN = 1

const BEYOND: Readonly<Record<ComparedPercentile, number>> = { p50: 0.5, p95: 0.05, p99: 0.01, p99_9: 0.001 }

/** Returns the share of requests beyond a percentile, 0-1; 1 for what is no percentile. */
export function shareBeyond(metric: ComparedMetric): number {
  return isPercentile(metric) ? BEYOND[metric] : 1
}

/** Returns the requests beyond the percentile in a run, in independent ones; all requests where there is none. */
export function effectiveBeyond({ metrics }: RunSummary, metric: ComparedMetric): number {
  const figures = metrics[metric]
  if (figures === undefined) return 0
  return (shareBeyond(metric) * figures.count) / figures.designEffect
}

/** The figures of one gate before it is decided. */
export interface Gate {
  readonly key: GateKey
  readonly noise: NoiseFloor
  readonly test: TestResult
  readonly pairs: TestResult | null
  readonly plausible: PlausibleTest
  /** The margin on the scale of the metric, and twice the margin. */
  readonly delta: number
  readonly twiceDelta: number
  readonly baselineRatio: number
  readonly baselineCount: number
  readonly candidateCount: number
  readonly storedCount: number
  readonly excluded: readonly string[]
}

/** A metric of the whole run, or of one step. */
export interface GateKey {
  readonly step: string | null
  readonly metric: ComparedMetric
}

export const isOf = (a: Pick<ComparisonCheck, 'step' | 'metric'>, b: GateKey): boolean =>
  a.step === b.step && a.metric === b.metric

/** The percentiles of every step that all runs have. */
export function stepKeys(input: ComparisonInput, gates: readonly ComparedMetric[]): GateKey[] {
  const runs = allRunsOf(input)
  const steps = Object.keys(runs[0]?.steps ?? {}).filter((step) =>
    runs.every((run) => Object.hasOwn(run.steps, step)),
  )
  const percentiles = gates.filter(isPercentile)
  return steps.sort().flatMap((step) => percentiles.map((metric) => ({ step, metric })))
}

/** The runs as if there were nothing but one step. */
function onStep(input: ComparisonInput, step: string | null): ComparisonInput {
  if (step === null) return input
  return withRuns(input, (run) => ({ ...run, summary: lookUp(run.steps, step) ?? NOTHING }))
}

export const NOTHING: RunSummary = {
  requests: 0,
  errors: 0,
  seconds: 0,
  stalledIntervals: 0,
  metrics: {},
  serviceTime: {},
}

function isMeasured(input: ComparisonInput, metric: ComparedMetric): boolean {
  return (
    newRunsOf(input).length > 0 &&
    allRunsOf(input).every(({ summary }) => effectiveBeyond(summary, metric) >= EFFECTIVE_BEYOND_MIN)
  )
}

/** Null where a run has no figures for it. */
export function gateOf(whole: ComparisonInput, key: GateKey, settings: ComparisonSettings): Gate | null {
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
  const margin = settings.margins[metric]
  const usual = plausibleNoise(noise, metric)
  return {
    key,
    noise,
    test: repeated ? repeatedTest(baseline, candidate, noise) : moderatedTest(baseline, candidate, noise),
    pairs: paired.length === 0 ? null : pairedTest(paired, noise),
    plausible: plausibleTest(baseline, repeated ? [sessionOf(candidate)] : candidate, usual),
    delta: deltaOf(metric, margin, baselineRatio),
    twiceDelta: deltaOf(metric, 2 * margin, baselineRatio),
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

/** One observation a session, in the order in which they first appear; every run has the metric. */
export function sessionsOf(runs: readonly ComparedRun[], metric: ComparedMetric): NamedObservation[] {
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
