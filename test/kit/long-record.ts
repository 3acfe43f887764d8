/** A long run as the coordinator would have kept it: 300 intervals whatever its length, with a fault in its middle. */
import { summarizeRun } from '../../harness/analysis/comparison/summarize-run.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { Random } from '../../harness/base/random.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import type { RecordCell, RunRecord } from '../../harness/model/run-record.ts'
import { aRecord } from './builders.ts'
import { aDemand } from './demands.ts'
import { failuresOf, statusesOf } from './failures.ts'
import { histogramOf } from './latencies.ts'
import type { JudgedRecord } from './verdicts.ts'

const INTERVALS = 300
const HOUR_MS = 3_600_000
/** As parts of the run. */
const FAULT = { from: 0.5, to: 0.6 }
const WARM_UP = 0.05
/** Requests drawn of each step in each interval; the counters stand for as many. */
const SAMPLES = 240

/** Median of the service time, ms, and what makes it up. */
const STEPS = {
  'browse items': { medianMs: 12, components: { policy: 0.2, store: 0.6 } },
  search: { medianMs: 25, components: { policy: 0.1, index: 0.75 } },
  'ask the model': { medianMs: 60, components: { policy: 0.08, llm: 0.8, 'event-store': 0.05 } },
  'add to cart': { medianMs: 18, components: { policy: 0.15, store: 0.5, 'event-store': 0.2 } },
  pay: { medianMs: 40, components: { policy: 0.1, 'payment provider': 0.7, 'event-store': 0.1 } },
} as const
type StepName = keyof typeof STEPS

const OBJECTIVES = [
  {
    expect: 'p99(response_time{step=pay}) < 200ms',
    severity: 'critical',
    owner: 'team-payments',
    runbook: 'https://runbooks.example/pay',
  },
  { expect: 'p95(response_time) < 250ms', severity: 'major' },
  { expect: 'error_ratio < 0.5%', severity: 'major' },
  'share(response_time{step=search} <= 150ms) >= 99%',
  'throughput > 50/s',
]

interface DrawnInterval {
  readonly interval: RecordInterval
  readonly histograms: Readonly<Record<StepName, DrawnStep>>
}

/** Values in microseconds. */
interface DrawnStep {
  readonly okUs: readonly number[]
  readonly failedUs: readonly number[]
  readonly serviceUs: readonly number[]
}

/** The same record for the same hours. */
export function aLongRecord(hours: number): RunRecord {
  const loadMs = hours * HOUR_MS
  const random = new Random(42)
  const base = aRecord({ okMs: [1], intervals: 1, workload: { model: 'open', agents: 250 } })
  const drawn = Array.from({ length: INTERVALS }, (_, i) => drawInterval(i, loadMs, random, base))
  const measured = drawn.slice(INTERVALS * WARM_UP)
  const phases = [
    { name: 'warm-up', startMs: 0, endMs: loadMs * WARM_UP, measured: false },
    { name: 'steady', startMs: loadMs * WARM_UP, endMs: loadMs, measured: true },
  ]
  const summaries = summariesOf(measured, (loadMs * (1 - WARM_UP)) / 1000)
  return {
    ...base,
    runId: '20260101-000000-long',
    scenario: 'checkout',
    loadMs,
    finishedAt: new Date(Date.parse(base.startedAt) + loadMs).toISOString(),
    plan: { ...base.plan, scenario: 'checkout', durationMs: loadMs, phases },
    cells: stepNames().flatMap((step) => cellsOf(step, measured)),
    steps: stepNames().map((step) => countsOf(step, measured)),
    failures: stepNames().flatMap((step) => failuresOf(step, countsOf(step, measured).failed)),
    dispatch: { ...base.dispatch, ...dispatchOf(drawn) },
    intervals: drawn.map(({ interval }) => interval),
    summaries,
    enforcement: { events: eventsOf(loadMs), stop: null, requirements: [], alerts: null },
    slowest: stepNames().map((step) => ({
      step,
      requests: Array.from({ length: 5 }, (_, i) => ({
        phase: 'steady',
        responseTimeMs: 2000 - i * 100,
        serviceTimeMs: 1990 - i * 100,
        connectTimeMs: i === 0 ? 4.2 : null,
        atMs: loadMs * FAULT.from + i * 1000,
        agent: i,
        status: 200,
        errorKind: 'none',
        traceId: `4bf92f3577b34da6a3ce929d0e0e473${i}`,
      })),
    })),
    environment: {
      ...base.environment,
      cpuModel: 'Example CPU 3.0 GHz',
      cores: 8,
      memoryBytes: 16 * 2 ** 30,
      node: 'v20.20.2',
    },
  }
}

/** NO-GO by its fault. */
export function aLongRun(hours: number): JudgedRecord {
  const record = aLongRecord(hours)
  const { objectives } = parseObjectives(OBJECTIVES, 'objectives')
  const files = { record: 'reports/checkout/run/run.json' }
  return { record, verdict: judge(record, { objectives, strict: false }), files }
}

function stepNames(): StepName[] {
  return Object.keys(STEPS) as StepName[]
}

function isFaulty(index: number): boolean {
  return index >= INTERVALS * FAULT.from && index < INTERVALS * FAULT.to
}

/** Log-normal times; the payment provider gets slow, and some payments fail. */
function drawStep(step: StepName, index: number, random: Random): DrawnStep {
  const slow = isFaulty(index) && step === 'pay' ? 8 : 1
  const serviceUs = Array.from({ length: SAMPLES }, () =>
    Math.round(STEPS[step].medianMs * slow * 1000 * Math.exp(random.normal(0, 0.45))),
  )
  const responseUs = serviceUs.map((us) => Math.round(us + 100 + (slow > 1 ? random.between(0, 20_000) : 0)))
  const failed = slow > 1 ? 12 : 0
  return { okUs: responseUs.slice(failed), failedUs: responseUs.slice(0, failed), serviceUs }
}

function drawInterval(index: number, loadMs: number, random: Random, base: RunRecord): DrawnInterval {
  const [template] = base.intervals as [RecordInterval]
  const lengthMs = loadMs / INTERVALS
  const histograms = Object.fromEntries(
    stepNames().map((step) => [step, drawStep(step, index, random)]),
  ) as Record<StepName, DrawnStep>
  const failed = stepNames().reduce((sum, step) => sum + histograms[step].failedUs.length, 0)
  const wave = Math.sin((index / INTERVALS) * Math.PI)
  const started = SAMPLES * stepNames().length
  return {
    histograms,
    interval: {
      ...template,
      startMs: index * lengthMs,
      endMs: (index + 1) * lengthMs,
      phase: index < INTERVALS * WARM_UP ? 'warm-up' : 'steady',
      dispatch: { ...template.dispatch, planned: started, started, iterations: started },
      activeAgents: Math.round(120 + 100 * wave),
      inFlight: isFaulty(index) ? 40 : 8,
      regions: { Europe: Math.round(60 + 60 * wave), America: 40, Asia: 20 },
      steps: Object.fromEntries(stepNames().map((step) => [step, intervalStepOf(histograms[step])])),
      errors: failed === 0 ? {} : { status: failed - 4, 'timeout-total': 4 },
      components: componentsOf(histograms),
      startDelayP99Ms: 0.4 + 0.2 * random.float(),
      target: {
        cpuCores: 1.2 + wave + 0.1 * random.float(),
        rssBytes: 4e8 + index * 2e5,
        cpuRatio: isFaulty(index) ? 0.96 : 0.5,
        memoryRatio: 0.3,
      },
    },
  }
}

function intervalStepOf({ okUs, failedUs }: DrawnStep): RecordInterval['steps'][string] {
  const [ok, failed] = [okUs.length, failedUs.length]
  return {
    ok,
    failed,
    errored: 0,
    timedOut: 0,
    aborted: 0,
    hdr: histogramOf(okUs).encode(),
  }
}

function componentsOf(histograms: DrawnInterval['histograms']): RecordInterval['components'] {
  const sums: RecordInterval['components'] = {}
  for (const step of stepNames())
    for (const [component, share] of Object.entries(STEPS[step].components)) {
      const { count, sumUs } = sums[component] ?? { count: 0, sumUs: 0 }
      sums[component] = {
        count: count + SAMPLES,
        sumUs: sumUs + Math.round(sum(histograms[step].serviceUs) * share),
      }
    }
  return sums
}

function cellsOf(step: StepName, drawn: readonly DrawnInterval[]): RecordCell[] {
  const all = (pick: (drawnStep: DrawnStep) => readonly number[]) =>
    drawn.flatMap(({ histograms }) => pick(histograms[step]))
  const cell = (
    metric: RecordCell['metric'],
    valuesUs: readonly number[],
    outcome = '',
    component = '',
  ): RecordCell => ({
    ...{ phase: 'steady', step, metric, outcome, component },
    count: valuesUs.length,
    sumUs: sum(valuesUs),
    overflowCount: 0,
    over: {},
    hdr: histogramOf(valuesUs).encode(),
  })
  const serviceUs = all((each) => each.serviceUs)
  return [
    cell(
      'response_time',
      all(({ okUs }) => okUs),
      'ok',
    ),
    cell(
      'response_time',
      all(({ failedUs }) => failedUs),
      'failed',
    ),
    cell(
      'service_time',
      all(({ serviceUs, failedUs }) => serviceUs.slice(failedUs.length)),
      'ok',
    ),
    cell(
      'service_time',
      all(({ serviceUs, failedUs }) => serviceUs.slice(0, failedUs.length)),
      'failed',
    ),
    cell(
      'start_delay',
      serviceUs.map(() => 400),
    ),
    ...Object.entries(STEPS[step].components).map(([component, share]) =>
      cell(
        'component_time',
        serviceUs.map((us) => Math.round(us * share)),
        '',
        component,
      ),
    ),
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function countsOf(step: StepName, drawn: readonly DrawnInterval[]): RunRecord['steps'][number] {
  const failed = sum(drawn.map(({ histograms }) => histograms[step].failedUs.length))
  const started = SAMPLES * drawn.length
  return {
    ...{ phase: 'steady', step, started, ok: started - failed, failed },
    ...{
      errored: 0,
      timedOut: 0,
      aborted: 0,
      retries: 0,
      untimed: 0,
      bytesSent: 100 * started,
      bytesReceived: 900 * started,
    },
    statuses: statusesOf(started - failed, failed),
    failedStatuses: statusesOf(0, failed),
    errors: failed === 0 ? {} : { status: failed },
  }
}

function dispatchOf(drawn: readonly DrawnInterval[]): Partial<RunRecord['dispatch']> {
  const planned = drawn.reduce((sum, { interval }) => sum + interval.dispatch.planned, 0)
  return { planned, started: planned, iterations: planned }
}

function summariesOf(drawn: readonly DrawnInterval[], seconds: number): RunRecord['summaries'] {
  const of = (steps: readonly StepName[]) =>
    summarizeRun(
      drawn.map(({ histograms }) => ({
        requests: steps.length * SAMPLES,
        errors: sum(steps.map((step) => histograms[step].failedUs.length)),
        values: histogramOf(steps.flatMap((step) => histograms[step].okUs)).valuesUs(),
      })),
      seconds,
    )
  return { all: of(stepNames()), steps: {}, componentSumUs: {} }
}

function eventsOf(loadMs: number): ObjectiveEvent[] {
  const fromMs = loadMs * FAULT.from
  const untilMs = loadMs * FAULT.to
  const event = (atMs: number, from: ObjectiveEvent['from'], to: ObjectiveEvent['to']): ObjectiveEvent => ({
    ...{ at: new Date(Date.UTC(2026, 0, 1) + atMs).toISOString(), atMs, sinceMs: fromMs, from, to },
    ...{ runId: '20260101-000000-long', correlationId: 'correlation', severity: 'critical' },
    ...aDemand('p99(response_time{step=pay}) < 200ms'),
    observed: to === 'ok' ? 110 : 880,
    ...{ windowMs: 30_000, sampleCount: 600 },
    annotations: to === 'firing' ? { component: 'payment provider' } : {},
  })
  return [
    event(fromMs + 11_000, 'ok', 'pending'),
    event(fromMs + 21_000, 'pending', 'firing'),
    event(untilMs + 30_000, 'firing', 'recovering'),
    event(untilMs + 40_000, 'recovering', 'ok'),
  ]
}
