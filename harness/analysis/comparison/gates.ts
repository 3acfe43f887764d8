/** The figures of each gate: a metric of the whole run or of one step, over all runs, before anything is decided. */
import { sum } from 'simple-statistics'
import { lookUp } from '../../base/names.ts'
import type { ComparisonCheck } from '../../model/comparison.ts'
import type { ComparedMetric, MetricSummary, RunSummary } from '../../model/run-summary.ts'
import type { ComparedRun, ComparisonInput } from './compared-run.ts'
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

/** A quantile with fewer effective requests beyond it is hardly more than the maximum. */
const EFFECTIVE_BEYOND_MIN = 1

const BEYOND: Partial<Readonly<Record<ComparedMetric, number>>> = {
  p50: 0.5,
  p95: 0.05,
  p99: 0.01,
  p99_9: 0.001,
}

/** The figures of one gate before it is decided. */
export interface Gate {
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

/** A metric of the whole run, or of one step. */
export interface GateKey {
  readonly step: string | null
  readonly metric: ComparedMetric
}

export const isOf = (a: Pick<ComparisonCheck, 'step' | 'metric'>, b: GateKey): boolean =>
  a.step === b.step && a.metric === b.metric

export function gateKeys(input: ComparisonInput, { gates, gateSteps }: ComparisonSettings): GateKey[] {
  const whole = gates.map((metric) => ({ step: null, metric }))
  return gateSteps ? [...whole, ...stepKeys(input, gates)] : whole
}

/** Latencies of every step that all runs have. */
export function stepKeys(input: ComparisonInput, gates: readonly ComparedMetric[]): GateKey[] {
  const runs = runsOf(input)
  const steps = Object.keys(runs[0]?.steps ?? {}).filter((step) =>
    runs.every((run) => Object.hasOwn(run.steps, step)),
  )
  const latencies = gates.filter((metric) => BEYOND[metric] !== undefined)
  return steps.sort().flatMap((step) => latencies.map((metric) => ({ step, metric })))
}

function runsOf({ baseline, candidate, pairs }: ComparisonInput): ComparedRun[] {
  return [...baseline, ...candidate, ...pairs.flatMap((pair) => [pair.baseline, pair.candidate])]
}

/** The runs as if there were nothing but one step. */
function onStep(input: ComparisonInput, step: string | null): ComparisonInput {
  if (step === null) return input
  const narrowed = (run: ComparedRun): ComparedRun => ({
    ...run,
    summary: lookUp(run.steps, step) ?? NOTHING,
  })
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
