import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import { sumSnapshots } from '../../harness/cluster/sum-snapshots.ts'
import { type IntervalSnapshot, NO_DISPATCH } from '../../harness/model/interval-snapshot.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from '../kit/snapshots.ts'
import { describe } from '../kit/suite.ts'

const IDENTITY = { shard: 7, epoch: 1, sequence: 3 }
const sum = (...parts: readonly IntervalSnapshot[]) => sumSnapshots(parts, IDENTITY)

/** Sorts lists whose order says nothing. */
const inOrder = ({ cells, steps, ...rest }: IntervalSnapshot) => ({
  ...rest,
  cells: [...cells].sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1)),
  steps: [...steps].sort((a, b) => (a.step < b.step ? -1 : 1)),
})

const anySecond = fc
  .array(
    fc.record({
      cells: fc.array(
        fc.tuple(fc.constantFrom('get', 'put'), fc.nat({ max: 2_000 }), fc.integer({ min: 1, max: 9 })),
        {
          maxLength: 4,
        },
      ),
      ok: fc.nat({ max: 99 }),
      started: fc.nat({ max: 99 }),
      busy: fc.nat({ max: 100 }),
      cpu: fc.option(fc.nat({ max: 100 })),
      slow: fc.array(fc.nat({ max: 5_000 }), { maxLength: 8 }),
      resets: fc.nat({ max: 5 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((threads) =>
    threads.map(({ cells, ok, started, busy, cpu, slow, resets }, shard) =>
      aSnapshot({
        shard,
        cells: cells.map(([step, valueUs, count]) => aCell([valueUs, count], { step })),
        steps: [aStep({ ok, errored: resets, errors: resets > 0 ? { reset: resets } : {} })],
        dispatch: { ...NO_DISPATCH, planned: started + 1, started },
        gauges: { activeAgents: ok, backlog: shard, inFlight: started, regions: { eu: ok } },
        health: {
          ...aSnapshot().health,
          eventLoopUtilization: busy / 100,
          cpuRatio: cpu === null ? null : cpu / 100,
        },
        slowest: slow.map((ms, i) => ({
          ...{ phase: 'steady', step: 'get', responseTimeMs: ms, serviceTimeMs: ms, connectTimeMs: null },
          ...{ atMs: i * 10 + shard, agent: shard, status: 200, errorKind: 'none', traceId: null },
        })),
        spans: { answered: { fromMs: shard + 1, toMs: 900 + shard }, lost: null },
        concurrency: [{ phase: 'steady', journey: 'buy', requestsMax: ok, notAwaited: 1, refused: 0 }],
        checks: [{ phase: 'steady', check: 'paid', passed: ok, failed: resets }],
      }),
    ),
  )

/** Everything a run keeps of these snapshots. */
function recordOf(snapshots: readonly IntervalSnapshot[]) {
  const merger = new SnapshotMerger()
  const interval = merger.add(snapshots, 'steady', RESOURCES)
  return {
    interval,
    cells: merger.cells(),
    steps: merger.steps(),
    dispatch: merger.dispatch,
    slowest: merger.slowest(),
    failures: merger.failures(),
    checks: merger.checks(),
    concurrency: merger.concurrency(),
    intervals: merger.intervals(),
  }
}

describe('sumSnapshots', (test) => {
  test('leaves nothing out: a run keeps of the sum what it keeps of the parts', () => {
    fc.assert(
      fc.property(anySecond, (parts) => {
        assert.equal(recordOf([sum(...parts)]), recordOf(parts))
      }),
      { numRuns: 60 },
    )
  })

  test('does not care who adds up first, nor in which order', () => {
    fc.assert(
      fc.property(anySecond, anySecond, anySecond, (a, b, c) => {
        const all = inOrder(sum(...a, ...b, ...c))
        assert.equal(inOrder(sum(...c, ...a, ...b)), all)
        assert.equal(inOrder(sum(sum(...a), sum(sum(...b), sum(...c)))), all)
      }),
      { numRuns: 60 },
    )
  })

  test('has an identity of its own, the span of its parts and the worst of their health', () => {
    const health = aSnapshot().health
    const total = sum(
      aSnapshot({ startMs: 1_000, endMs: 2_010, health: { ...health, loopDelayMaxMs: 3, cpuRatio: 0.5 } }),
      aSnapshot({ shard: 1, startMs: 1_002, endMs: 2_000, health: { ...health, loopDelayMaxMs: 9 } }),
    )

    assert.equal([total.shard, total.epoch, total.sequence], [7, 1, 3])
    assert.equal([total.startMs, total.endMs], [1_000, 2_010])
    assert.equal([total.health.loopDelayMaxMs, total.health.cpuRatio], [9, 0.5])
  })

  test('keeps failures with their texts and samples', () => {
    const failed = (shard: number, atMs: number) =>
      aSnapshot({
        shard,
        failures: [
          {
            ...{ phase: 'steady', of: 'requests', step: 'get' },
            counts: [{ kind: 'reset', text: 'peer closed', count: 2 }],
            samples: [
              {
                ...{ kind: 'reset', text: 'peer closed', atMs, method: 'GET', url: '/' },
                ...{ status: null, body: null, traceId: null },
              },
            ],
          },
        ],
      })
    const [failures] = sum(failed(0, 20), failed(1, 10)).failures

    assert.equal(failures?.counts, [{ kind: 'reset', text: 'peer closed', count: 4 }])
    assert.equal(
      failures?.samples.map(({ atMs }) => atMs),
      [10, 20],
    )
  })
})
