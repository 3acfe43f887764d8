import { emptyPoint } from '../../harness/charts/run-point.ts'
import { demandOf } from '../../harness/model/demand.ts'
import type { LiveEvent, LiveView, ObjectiveStatus } from '../../harness/model/live-view.ts'
import type { RunPoint } from '../../harness/model/run-point.ts'
import { anObjective } from './demands.ts'

/** Times in ms since run start. */
const NOW_MS = 72_000

/** The status of an objective that is well; say only what matters. */
export function aStatus({
  expect = 'p99(response_time) < 250ms',
  ...changes
}: Partial<ObjectiveStatus> = {}): ObjectiveStatus {
  return {
    ...demandOf(anObjective(expect)),
    severity: 'major',
    state: 'ok',
    outcome: null,
    sinceMs: null,
    firesAtMs: null,
    observed: null,
    missing: null,
    isSuspended: false,
    budgetLeftRatio: null,
    annotations: {},
    ...changes,
  }
}

/** A status that is on, twelve seconds after the breach began. */
export function aFiringStatus(): ObjectiveStatus {
  return aStatus({
    state: 'firing',
    sinceMs: NOW_MS - 12_000,
    observed: 812,
    annotations: { component: 'llm', resource: 'target CPU (97 %)' },
  })
}

/** A status that goes on in eight seconds. */
export function aPendingStatus(): ObjectiveStatus {
  return aStatus({
    expect: 'error_ratio < 1%',
    state: 'pending',
    sinceMs: NOW_MS - 2_000,
    firesAtMs: NOW_MS + 8_000,
    observed: 0.034,
  })
}

export function anEvent(changes: Partial<LiveEvent> = {}): LiveEvent {
  return { atMs: 10_000, kind: 'phase', level: 'info', text: 'steady', ...changes }
}

/** A series of so many seconds in which p99 rises and starts fall behind the plan. */
export function aSeries(seconds: number): RunPoint[] {
  return Array.from({ length: seconds }, (_, i) => ({
    ...emptyPoint(i * 1000, (i + 1) * 1000),
    plannedPerSec: 50 + i,
    startedPerSec: i < seconds - 10 ? 50 + i : 50 + i - 2 * (i - seconds + 10),
    requestsPerSec: 2 * (50 + i),
    percentilesMs: { p50: 20, p95: 60, p99: i % 11 === 0 ? null : 90 + (i % 20) * 4 },
    target: { cpuCores: 1, rssBytes: 4e8 },
    startDelayP99Ms: 0.1,
    activeAgents: 20,
  }))
}

const BAR_COUNTS = [12, 180, 640, 410, 220, 90, 40, 12, 0, 3, 1]

/** A run in its second minute, with something in every part; say only what matters. */
export function aLiveView(changes: Partial<LiveView> = {}): LiveView {
  return {
    stage: 'running',
    runId: '20260101-093005-4f2a',
    scenario: 'checkout',
    correlationId: 'correlation',
    plan: {
      pattern: 'business-hours',
      model: 'open',
      agents: 40,
      threads: 2,
      seed: 7,
      durationMs: 180_000,
      iterations: null,
      phases: [
        { name: 'warm-up', startMs: 0, endMs: 10_000, measured: false },
        { name: 'steady', startMs: 10_000, endMs: 150_000, measured: true },
        { name: 'cool-down', startMs: 150_000, endMs: 180_000, measured: true },
      ],
      targets: ['http://127.0.0.1:7070'],
    },
    nowMs: NOW_MS,
    phase: 'steady',
    plannedPerSec: 121,
    startedPerSec: 103,
    requestsPerSec: 242.4,
    activeAgents: 20,
    backlog: 14,
    inFlight: 13,
    regions: { europe: 12, america: 6, asia: 2 },
    startedCount: 0,
    requestCount: 12_345,
    errorCount: 147,
    failures: [
      { step: 'pay', kind: 'status', text: 'HTTP 503', count: 120 },
      { step: 'ask', kind: 'timeout', text: 'no answer within 2s', count: 22 },
      { step: 'ask', kind: 'connection-reset', text: 'read ECONNRESET', count: 5 },
    ],
    failedByCode: 0,
    windowMs: 10_000,
    window: { count: 1608, lowerBoundFromMs: null, p50Ms: 21.4, p95Ms: 88.2, p99Ms: 164.1, maxMs: 812.3 },
    run: { count: 12_345, lowerBoundFromMs: null, p50Ms: 20.1, p95Ms: 61.7, p99Ms: 99.3, maxMs: 1312 },
    bars: BAR_COUNTS.map((count, i) => ({ fromMs: 4 * 1.6 ** i, toMs: 4 * 1.6 ** (i + 1), count })),
    objectives: [
      aStatus({ observed: 99.3, budgetLeftRatio: 0.64 }),
      aStatus({ expect: 'error_ratio < 2%', observed: 0.0119, budgetLeftRatio: 0.41 }),
      aStatus({ expect: 'throughput > 50/s', state: 'not-watched' }),
    ],
    generator: {
      level: 'ok',
      reason: '',
      loopBusyRatio: 0.31,
      longestTurnMs: 5.2,
      gcPauseMs: 1.1,
      startDelayMs: 0.42,
      cpuCores: 0.62,
      rssBytes: 131_072_000,
    },
    hosts: [],
    target: { cpuCores: 1.24, rssBytes: 419_430_400, cpuRatio: 0.62, memoryRatio: 0.2 },
    events: [
      anEvent({ atMs: 0, text: 'warm-up' }),
      anEvent(),
      anEvent({ atMs: 41_000, kind: 'note', level: 'warning', text: 'a request of agent 7 was cut off' }),
    ],
    marks: [],
    bounds: [],
    verdict: null,
    failure: null,
    ...changes,
  }
}
