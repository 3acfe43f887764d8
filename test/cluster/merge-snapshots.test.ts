import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { INTERVALS_MAX, SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import { byHardName, entriesIn, HARD_NAMES } from '../kit/hard-names.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from '../kit/snapshots.ts'
import { describe } from '../kit/suite.ts'

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
      [...SparseHistogram.decode(ok?.hdr ?? '').buckets()],
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

  test('keeps the slowest requests over shards and intervals, each once however often it comes', () => {
    const slow = (responseTimeMs: number) => ({
      phase: 'steady',
      step: 'get',
      responseTimeMs,
      serviceTimeMs: responseTimeMs,
      connectTimeMs: null,
      atMs: 1_000 - responseTimeMs,
      agent: responseTimeMs,
      status: 200,
      errorKind: 'none',
      traceId: `${responseTimeMs}`.padStart(32, '0'),
    })
    const first = [
      aSnapshot({ slowest: [50, 10, 30].map(slow) }),
      aSnapshot({ shard: 1, slowest: [40, 20, 60].map(slow) }),
    ]
    const second = [aSnapshot({ sequence: 1, slowest: [slow(45)] }), aSnapshot({ shard: 1, sequence: 1 })]
    const merger = merged(first, second, first, second)

    const { step: _step, ...slowest } = slow(60)
    assert.equal(
      merger.slowest().map(({ step, requests }) => [step, requests.map(({ agent }) => agent)]),
      [['get', [60, 50, 45, 40, 30]]],
    )
    assert.equal(merger.slowest()[0]?.requests[0], slowest)
  })

  test('adds up what was dispatched and what escalated', () => {
    const { dispatch } = aSnapshot()
    const merger = merged([
      aSnapshot({ dispatch: { ...dispatch, planned: 5, dropped: 1 }, escalations: { security: 1 } }),
      aSnapshot({ shard: 1, dispatch: { ...dispatch, planned: 6 }, escalations: { security: 2, policy: 1 } }),
    ])

    assert.equal([merger.dispatch.planned, merger.dispatch.dropped], [11, 1])
    assert.equal(merger.escalations, [{ phase: 'steady', kinds: { security: 3, policy: 1 } }])
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

  test('takes late counts into the totals and into their own second, once', () => {
    const second = (sequence: number, shard: number) =>
      aSnapshot({
        ...{
          sequence,
          shard,
          cells: [aCell([100 + shard, 1 + sequence])],
          steps: [aStep({ ok: 1 + sequence })],
        },
        gauges: { activeAgents: 2, backlog: 0, inFlight: 1, regions: {} },
      })
    const inTime = merged([second(0, 0), second(0, 1)], [second(1, 0), second(1, 1)])
    const late = merged([second(0, 0)], [second(1, 0), second(1, 1)])
    late.addLate(second(0, 1), 'steady')
    late.addLate(second(0, 1), 'steady')

    assert.equal(whole(late), whole(inTime))
    assert.equal(late.intervals(), inTime.intervals())
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
      intervals.reduce((sum, { steps }) => sum + SparseHistogram.decode(steps['get']?.hdr ?? '').count, 0),
      seconds,
    )
    assert.is(merger.steps()[0]?.ok, seconds)
  })

  test('keep the most that a journey had at once, and how much it did not await, once', () => {
    const had = (phase: string, requestsMax: number, notAwaited: number, refused: number) => ({
      phase,
      journey: 'buy',
      requestsMax,
      notAwaited,
      refused,
    })
    const first = aSnapshot({ concurrency: [had('steady', 4, 10, 0), had('warm-up', 9, 1, 1)] })
    const merger = merged(
      [first, aSnapshot({ shard: 1, concurrency: [had('steady', 7, 0, 2)] })],
      [first, aSnapshot({ sequence: 1, concurrency: [had('steady', 2, 5, 0)] })],
    )

    assert.equal(merger.concurrency(), [had('steady', 7, 15, 2), had('warm-up', 9, 1, 1)])
  })

  test('are told apart by names that objects inherit, of steps, components, regions, errors and probes', () => {
    const sample = { cpuCores: 1, rssBytes: 1, cpuRatio: null, memoryRatio: null, value: 1 }
    const named = (sequence: number) =>
      aSnapshot({
        sequence,
        steps: HARD_NAMES.map((step) => aStep({ step, ok: 1, errors: byHardName(() => 1) })),
        cells: HARD_NAMES.flatMap((name) => [
          aCell([5, 1], { step: name }),
          aCell([7, 1], { step: name, metric: 'component_time', component: name }),
        ]),
        escalations: byHardName(() => 1),
        gauges: { activeAgents: 0, backlog: 0, inFlight: 0, regions: byHardName(() => 1) },
      })
    const merger = new SnapshotMerger()
    const seconds = INTERVALS_MAX + 50
    for (let second = 0; second < seconds; second++)
      merger.add([named(second)], 'steady', { ...RESOURCES, probes: byHardName(() => sample) })
    const [first] = merger.intervals()

    // Two neighbours are one interval by now.
    const ok = entriesIn(first?.steps ?? {}).map(([name, step]) => [name, step.ok])
    assert.equal(ok, entriesIn(byHardName(() => 2)))
    const counts = entriesIn(first?.components ?? {}).map(([name, { count }]) => [name, count])
    assert.equal(counts, entriesIn(byHardName(() => 2)))
    assert.equal(entriesIn(first?.regions ?? {}), entriesIn(byHardName(() => 1)))
    assert.equal(entriesIn(first?.errors ?? {}), entriesIn(byHardName(() => 2 * HARD_NAMES.length)))
    assert.equal(
      entriesIn(first?.probes ?? {}).map(([name, probe]) => [name, probe?.value]),
      entriesIn(byHardName(() => 1)),
    )
    assert.equal(entriesIn(merger.escalations[0]?.kinds ?? {}), entriesIn(byHardName(() => seconds)))
  })
})
