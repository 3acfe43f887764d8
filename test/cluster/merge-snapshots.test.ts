import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Histogram } from '../../harness/base/histogram.ts'
import {
  INTERVALS_MAX,
  type IntervalResources,
  SnapshotMerger,
} from '../../harness/cluster/merge-snapshots.ts'
import type { CellDelta, IntervalSnapshot, StepCounts } from '../../harness/model/interval-snapshot.ts'
import { describe } from '../kit/suite.ts'

const RESOURCES: IntervalResources = {
  generator: { cpuCores: 0.5, rssBytes: 1_000, stealRatio: null, clockStepMs: 0 },
  target: null,
}

function aStep(changes: Partial<StepCounts> = {}): StepCounts {
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
    bytesSent: 0,
    bytesReceived: 0,
    errors: {},
    ...changes,
  }
}

/** Buckets below 2,048 are one microsecond wide: bucket and value are the same there. */
function aCell(counts: readonly number[], changes: Partial<CellDelta['key']> = {}): CellDelta {
  let sumUs = 0
  for (let i = 0; i < counts.length; i += 2) sumUs += counts[i]! * counts[i + 1]!
  const key = { phase: 'steady', step: 'get', metric: 'response_time', outcome: 'ok', component: '' } as const
  return { key: { ...key, ...changes }, counts, sumUs, overflowCount: 0, over: {} }
}

function aSnapshot(changes: Partial<IntervalSnapshot> = {}): IntervalSnapshot {
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
    dispatch: {
      planned: 0,
      started: 0,
      dropped: 0,
      cancelled: 0,
      lateStarts: 0,
      iterations: 0,
      sessions: 0,
      feedersDry: 0,
    },
    escalations: {},
    gauges: { activeAgents: 0, backlog: 0, inFlight: 0 },
    health: {
      eventLoopUtilization: 0,
      loopDelayMaxMs: 0,
      gcPauseMaxMs: 0,
      gcTotalMs: 0,
      cpuRatio: null,
      runQueueWaitRatio: null,
    },
    ...changes,
  }
}

function merged(...intervals: readonly (readonly IntervalSnapshot[])[]): SnapshotMerger {
  const merger = new SnapshotMerger()
  for (const snapshots of intervals) merger.add(snapshots, 'steady', RESOURCES)
  return merger
}

/** Everything a merger gives, for comparing. */
const whole = (merger: SnapshotMerger) => ({
  cells: merger.cells(),
  steps: merger.steps(),
  dispatch: merger.dispatch,
  escalations: merger.escalations,
})

describe('SnapshotMerger', (test) => {
  test('adds up cells of the same address, to the microsecond', () => {
    const merger = merged(
      [aSnapshot({ cells: [aCell([5, 2, 900, 1])] }), aSnapshot({ shard: 1, cells: [aCell([5, 1])] })],
      [aSnapshot({ sequence: 1, cells: [aCell([900, 4], { outcome: 'failed' }), aCell([900, 4])] })],
    )
    const [failed, ok] = merger.cells()

    assert.equal([ok?.outcome, ok?.count, ok?.sumUs], ['ok', 8, 15 + 5 * 900])
    assert.equal(
      [...Histogram.decode(ok?.hdr ?? '').buckets()],
      [
        [5, 3],
        [900, 5],
      ],
    )
    assert.equal([failed?.outcome, failed?.count], ['failed', 4])
  })

  test('adds up counters of the same phase and step, error kinds included', () => {
    const merger = merged([
      aSnapshot({ steps: [aStep({ ok: 3, started: 4, errored: 1, errors: { reset: 1 } })] }),
      aSnapshot({
        shard: 1,
        steps: [aStep({ ok: 5, started: 7, errored: 2, errors: { reset: 1, dns: 1 } })],
      }),
      aSnapshot({ shard: 2, steps: [aStep({ phase: 'warm-up', ok: 9 })] }),
    ])

    assert.equal(merger.steps(), [
      aStep({ ok: 8, started: 11, errored: 3, errors: { reset: 2, dns: 1 } }),
      aStep({ phase: 'warm-up', ok: 9 }),
    ])
  })

  test('adds up what was dispatched and what escalated', () => {
    const { dispatch } = aSnapshot()
    const merger = merged([
      aSnapshot({ dispatch: { ...dispatch, planned: 5, dropped: 1 }, escalations: { security: 1 } }),
      aSnapshot({ shard: 1, dispatch: { ...dispatch, planned: 6 }, escalations: { security: 2, policy: 1 } }),
    ])

    assert.equal([merger.dispatch.planned, merger.dispatch.dropped], [11, 1])
    assert.equal(merger.escalations, { security: 3, policy: 1 })
  })

  const anyIntervals = fc
    .array(fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.nat({ max: 9 })), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 12,
    })
    .map((cells) =>
      cells.map((values, index) =>
        aSnapshot({
          shard: index % 3,
          sequence: Math.floor(index / 3),
          cells: values.map(([valueUs, amount]) => aCell([valueUs + 1, amount + 1])),
          steps: [aStep({ ok: values.length })],
          escalations: { policy: values.length },
        }),
      ),
    )

  test('does not care how often it is told, nor in which order', () => {
    fc.assert(
      fc.property(anyIntervals, fc.infiniteStream(fc.nat()), (snapshots, chance) => {
        const once = merged(...snapshots.map((snapshot) => [snapshot]))
        const shuffled = [...snapshots, ...snapshots]
          .map((snapshot) => ({ snapshot, key: chance.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ snapshot }) => [snapshot])
        assert.equal(whole(merged(...shuffled)), whole(once))
      }),
      { numRuns: 50 },
    )
  })

  test('tells snapshots apart by run, shard, epoch and sequence', () => {
    const steps = [aStep({ ok: 1 })]
    const merger = merged([
      aSnapshot({ steps }),
      aSnapshot({ steps, shard: 1 }),
      aSnapshot({ steps, epoch: 1 }),
      aSnapshot({ steps, sequence: 1 }),
      aSnapshot({ steps, runId: 'other' }),
      aSnapshot({ steps }),
    ])

    assert.is(merger.steps()[0]?.ok, 5)
  })

  test('adds no interval for snapshots it has seen, and nothing to one it has seen in part', () => {
    const first = aSnapshot({ steps: [aStep({ ok: 1 })] })
    const second = aSnapshot({ shard: 1, steps: [aStep({ ok: 2 })] })
    const merger = merged([first], [first], [first, second])

    assert.equal(
      merger.intervals().map(({ startMs, endMs, steps }) => [startMs, endMs, steps['get']?.ok]),
      [
        [0, 1_000, 1],
        [0, 1_000, 2],
      ],
    )
  })
})

describe('SnapshotMerger, intervals', (test) => {
  test('sum gauges over shards and keep the worst health', () => {
    const { health } = aSnapshot()
    const merger = merged([
      aSnapshot({
        gauges: { activeAgents: 3, backlog: 1, inFlight: 2 },
        health: { ...health, loopDelayMaxMs: 5, cpuRatio: 0.4 },
      }),
      aSnapshot({
        shard: 1,
        gauges: { activeAgents: 4, backlog: 0, inFlight: 1 },
        health: { ...health, loopDelayMaxMs: 9 },
      }),
    ])
    const [interval] = merger.intervals()

    assert.equal([interval?.activeAgents, interval?.backlog, interval?.inFlight], [7, 1, 3])
    assert.equal(
      [interval?.health.loopDelayMaxMs, interval?.health.cpuRatio, interval?.health.runQueueWaitRatio],
      [9, 0.4, null],
    )
    assert.equal([interval?.generator.cpuCores, interval?.target], [0.5, null])
  })

  test('hold the response times of each step over all outcomes and phases, and of no other metric', () => {
    const merger = merged([
      aSnapshot({
        steps: [aStep({ ok: 2, failed: 1 }), aStep({ step: 'idle', aborted: 1 })],
        cells: [
          aCell([5, 2]),
          aCell([5, 1, 7, 1], { outcome: 'failed' }),
          aCell([99, 9], { metric: 'service_time', outcome: '' }),
        ],
      }),
    ])
    const [interval] = merger.intervals()

    assert.equal(
      [...Histogram.decode(interval?.steps['get']?.hdr ?? '').buckets()],
      [
        [5, 3],
        [7, 1],
      ],
    )
    assert.is(interval?.steps['idle']?.hdr, null)
  })

  test('stay bounded however long the run, without losing a count or a moment', () => {
    const seconds = INTERVALS_MAX * 3 + 17
    const merger = merged(
      ...Array.from({ length: seconds }, (_, sequence) => [
        aSnapshot({ sequence, steps: [aStep({ ok: 1 })], cells: [aCell([5, 1])] }),
      ]),
    )
    const intervals = merger.intervals()

    assert.ok(
      intervals.length <= INTERVALS_MAX && intervals.length > INTERVALS_MAX / 4,
      `${intervals.length}`,
    )
    assert.equal(
      intervals.map(({ startMs }) => startMs),
      [0, ...intervals.slice(0, -1).map(({ endMs }) => endMs)],
    )
    assert.is(intervals[intervals.length - 1]?.endMs, seconds * 1_000)
    assert.is(
      intervals.reduce((sum, { steps }) => sum + (steps['get']?.ok ?? 0), 0),
      seconds,
    )
    assert.is(
      intervals.reduce((sum, { steps }) => sum + Histogram.decode(steps['get']?.hdr ?? '').count, 0),
      seconds,
    )
    assert.is(merger.steps()[0]?.ok, seconds)
  })
})
