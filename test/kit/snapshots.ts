/** What shards count in a second; say only what matters. */

import type { IntervalResources } from '../../harness/measure/merge-interval.ts'
import {
  type CellDelta,
  type IntervalSnapshot,
  NO_DISPATCH,
  type StepCounts,
} from '../../harness/model/interval-snapshot.ts'

export const RESOURCES: IntervalResources = {
  generator: { cpuCores: 0.5, rssBytes: 1_000, stealRatio: null, clockStepMs: 0, machineCpuRatio: null },
  target: null,
  probes: {},
}

export function aStep(changes: Partial<StepCounts> = {}): StepCounts {
  return {
    phase: 'steady',
    step: 'get',
    ok: 0,
    failed: 0,
    errored: 0,
    timedOut: 0,
    aborted: 0,
    started: 0,
    retries: 0,
    untimed: 0,
    bytesSent: 0,
    bytesReceived: 0,
    statuses: {},
    failedStatuses: {},
    errors: {},
    ...changes,
  }
}

/** Buckets below 2,048 are one microsecond wide: bucket and value are the same there. */
export function aCell(counts: readonly number[], changes: Partial<CellDelta['key']> = {}): CellDelta {
  let sumUs = 0
  for (let i = 0; i < counts.length; i += 2) sumUs += (counts[i] ?? 0) * (counts[i + 1] ?? 0)
  const key = { phase: 'steady', step: 'get', metric: 'response_time', outcome: 'ok', component: '' } as const
  return { key: { ...key, ...changes }, counts, sumUs, overflowCount: 0, over: {} }
}

export function aSnapshot(changes: Partial<IntervalSnapshot> = {}): IntervalSnapshot {
  const { sequence = 0 } = changes
  return {
    runId: 'run',
    shard: 0,
    epoch: 0,
    sequence,
    startMs: sequence * 1_000,
    endMs: (sequence + 1) * 1_000,
    cells: [],
    steps: [],
    dispatch: NO_DISPATCH,
    escalations: {},
    gauges: { activeAgents: 0, backlog: 0, inFlight: 0, regions: {} },
    health: {
      eventLoopUtilization: 0,
      loopDelayMaxMs: 0,
      gcPauseMaxMs: 0,
      gcTotalMs: 0,
      cpuRatio: null,
      runQueueWaitRatio: null,
    },
    spans: { answered: null, lost: null },
    slowest: [],
    failures: [],
    concurrency: [],
    checks: [],
    messages: [],
    ...changes,
  }
}
