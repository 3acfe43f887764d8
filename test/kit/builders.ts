import { summarizeRun } from '../../harness/analysis/comparison/summarize-run.ts'
import type { ObjectivePlan, RunPlan, WorkloadPlan } from '../../harness/model/plan.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import {
  type RecordCell,
  type RunIdentity,
  type RunRecord,
  runIdentitySchema,
} from '../../harness/model/run-record.ts'
import { failuresOf, statusesOf } from './failures.ts'
import { histogramOfMs } from './latencies.ts'
import { aRunPlan, aWorkload } from './plan-builders.ts'

/** A small valid plan of a closed model; say only what matters. */
export function aPlan({
  workload,
  ...changes
}: Partial<RunPlan> & { readonly workload?: Partial<WorkloadPlan> } = {}): RunPlan {
  const durationMs = changes.durationMs ?? 10_000
  return aRunPlan({
    drainMs: 1_000,
    targets: { main: { plugin: 'http', config: {} } },
    journeys: [{ name: 'main', weight: 1, steps: [] }],
    durationMs,
    workloads: [
      aWorkload({
        pattern: 'constant-agents',
        model: 'closed',
        curve: { kind: 'constant', value: 10, durationMs },
        durationMs,
        mix: { safe: 0.7, risky: 0.2, complex: 0.1 },
        ...workload,
      }),
    ],
    ...changes,
  })
}

/** What a record of `aRecord` is made of. */
export interface RecordShape {
  /** Response times of ok answers, ms; the same in every interval. */
  readonly okMs: readonly number[]
  readonly failedPerInterval?: number
  /** Waits of requests that timed out, ms; the same in every interval. */
  readonly timedOutMs?: readonly number[]
  readonly intervals?: number
  readonly startDelayMs?: number
  /** Connect time of every request; none when left out: each found a connection. */
  readonly connectMs?: number
  readonly components?: Readonly<Record<string, number>>
  readonly interval?: (index: number) => Partial<Omit<RecordInterval, 'steps' | 'dispatch' | 'health'>> & {
    readonly health?: Partial<RecordInterval['health']>
  }
  readonly dispatch?: Partial<RunRecord['dispatch']>
  readonly objectives?: readonly ObjectivePlan[]
  readonly workload?: Partial<WorkloadPlan>
  readonly changes?: Partial<RunRecord>
}

const CALM = {
  eventLoopUtilization: 0.3,
  loopDelayMaxMs: 5,
  gcPauseMaxMs: 1,
  cpuRatio: 0.3,
  runQueueWaitRatio: 0.001,
}

function componentSums(
  components: Readonly<Record<string, number>>,
  requests: number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(components).map(([name, ms]) => [name, ms * 1000 * requests]))
}

/** One of equal parts of what was dispatched, in whole journeys that add up. */
function partOf(dispatch: RunRecord['dispatch'], index: number, parts: number): RecordInterval['dispatch'] {
  const until = (total: number, part: number) => Math.floor((total * part) / parts)
  return Object.fromEntries(
    Object.entries(dispatch).map(([key, total]) => [key, until(total, index + 1) - until(total, index)]),
  ) as typeof dispatch
}

/** A consistent record: counters, cells and intervals agree. */
export function aRecord(shape: RecordShape): RunRecord {
  const {
    okMs,
    failedPerInterval = 0,
    timedOutMs = [],
    intervals = 20,
    startDelayMs = 0.1,
    components = {},
  } = shape
  const { connectMs } = shape
  const times = [...okMs, ...Array.from({ length: failedPerInterval }, () => 1)]
  const total = (times.length + timedOutMs.length) * intervals
  const plan = aPlan({
    durationMs: intervals * 1000,
    objectives: shape.objectives ?? [],
    workload: shape.workload ?? {},
  })
  const cell = (
    metric: RecordCell['metric'],
    values: readonly number[],
    outcome = '',
    component = '',
  ): RecordCell => {
    const histogram = histogramOfMs(values, intervals)
    const sumUs = values.reduce((sum, ms) => sum + ms * 1000 * intervals, 0)
    return {
      phase: 'steady',
      step: 'step',
      metric,
      outcome,
      component,
      count: histogram.count,
      sumUs,
      overflowCount: 0,
      over: {},
      hdr: histogram.encode(),
    }
  }
  const failed = Array.from({ length: failedPerInterval }, () => 1)
  const one = histogramOfMs([...okMs, ...timedOutMs])
  const summary = summarizeRun(
    Array.from({ length: intervals }, () => ({
      requests: times.length + timedOutMs.length,
      errors: failedPerInterval + timedOutMs.length,
      values: one.valuesUs(),
    })),
    intervals,
  )
  const counts = {
    ok: okMs.length,
    failed: failedPerInterval,
    errored: 0,
    timedOut: timedOutMs.length,
    aborted: 0,
  }
  const dispatch = {
    planned: total,
    started: total,
    dropped: 0,
    cancelled: 0,
    lateStarts: 0,
    iterations: total,
    failedJourneys: 0,
    failedByCode: 0,
    sessions: 10,
    feedersDry: 0,
    backedOffMs: 0,
    ownWaits: 0,
    ownWaitMs: 0,
    ...shape.dispatch,
  }
  return {
    schemaVersion: 1,
    runId: 'run',
    scenario: 'test',
    correlationId: 'correlation',
    status: 'complete',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:01:00.000Z',
    loadMs: intervals * 1000,
    seed: 1,
    threads: 1,
    planHash: 'hash',
    loadHash: 'load',
    scenarioHash: null,
    scenarioFile: null,
    plan,
    environment: anEnvironment(),
    driver: 'timer',
    cells: [
      cell('response_time', okMs, 'ok'),
      ...(failedPerInterval > 0 ? [cell('response_time', failed, 'failed')] : []),
      ...(timedOutMs.length > 0 ? [cell('response_time', timedOutMs, 'timed-out')] : []),
      cell('service_time', okMs, 'ok'),
      ...(failedPerInterval > 0 ? [cell('service_time', failed, 'failed')] : []),
      cell(
        'start_delay',
        times.map(() => startDelayMs),
      ),
      ...(connectMs === undefined
        ? []
        : [
            cell(
              'connect_time',
              times.map(() => connectMs),
            ),
          ]),
      ...Object.entries(components).map(([component, ms]) =>
        cell(
          'component_time',
          times.map(() => ms),
          '',
          component,
        ),
      ),
    ],
    steps: [
      {
        phase: 'steady',
        step: 'step',
        started: total,
        ok: okMs.length * intervals,
        failed: failedPerInterval * intervals,
        errored: 0,
        timedOut: timedOutMs.length * intervals,
        aborted: 0,
        retries: 0,
        untimed: 0,
        bytesSent: 10,
        bytesReceived: 20,
        statuses: statusesOf(okMs.length * intervals, failedPerInterval * intervals),
        failedStatuses: statusesOf(0, failedPerInterval * intervals),
        errors: failedPerInterval > 0 ? { status: failedPerInterval * intervals } : {},
      },
    ],
    dispatch,
    escalations: [],
    earlierAttempts: [],
    builds: null,
    intervals: Array.from({ length: intervals }, (_, index): RecordInterval => {
      const { health, ...given } = shape.interval?.(index) ?? {}
      return {
        startMs: index * 1000,
        endMs: (index + 1) * 1000,
        phase: 'steady',
        dispatch: partOf(dispatch, index, intervals),
        activeAgents: 10,
        backlog: 0,
        inFlight: 2,
        consumerLag: {},
        steps: { step: { ...counts, hdr: one.encode() } },
        generator: { cpuCores: 0.3, rssBytes: 1e8, stealRatio: 0, clockStepMs: 0, machineCpuRatio: null },
        target: null,
        probes: {},
        regions: {},
        errors: failedPerInterval > 0 ? { status: failedPerInterval } : {},
        components: Object.fromEntries(
          Object.entries(components).map(([name, ms]) => [
            name,
            { count: times.length, sumUs: ms * 1000 * times.length },
          ]),
        ),
        startDelayP99Ms: startDelayMs,
        lowerBoundFromMs: timedOutMs.length === 0 ? null : Math.min(...timedOutMs),
        spans: { answered: { fromMs: index * 1000, toMs: (index + 1) * 1000 }, lost: null },
        ...given,
        health: { ...CALM, ...health },
      }
    }),
    slowest: [],
    concurrency: [],
    failures: failuresOf('step', failedPerInterval * intervals),
    checks: [],
    hosts: [],
    takeovers: [],
    messages: [],
    summaries: { all: summary, steps: { step: summary }, componentSumUs: componentSums(components, total) },
    shards: [{ shard: 0, status: 'finished', message: null }],
    generator: { cpuS: 1, maxRssBytes: 1e8 },
    enforcement: null,
    rollback: null,
    visuals: [],
    notes: [],
    ...shape.changes,
  }
}

/** A machine like any other. */
export function anEnvironment(): RunRecord['environment'] {
  return {
    proofload: '0',
    node: 'v20',
    platform: 'linux',
    kernel: '6',
    cpuModel: 'cpu',
    cores: 2,
    memoryBytes: 1,
    maxOpenFiles: 1024,
    bootId: 'boot',
    calibration: null,
  }
}

/** A run before its load. */
export function anIdentity(changes: Partial<RunIdentity> = {}): RunIdentity {
  return { ...runIdentitySchema.parse(aRecord({ okMs: [10] })), ...changes }
}
