import * as assert from 'uvu/assert'
import { Histogram } from '../../harness/base/histogram.ts'
import { INTERVALS_MAX, SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import { describe } from '../kit/suite.ts'

function aSnapshot(shard: number, sequence: number): IntervalSnapshot {
  const key = { phase: 'steady', step: 'a', metric: 'response_time', outcome: 'ok', component: '' } as const
  const counts = {
    started: 3,
    ok: 2,
    failed: 1,
    errored: 0,
    timedOut: 0,
    aborted: 0,
    retries: 0,
    bytesSent: 5,
    bytesReceived: 7,
    errors: { status: 1 },
  }
  return {
    runId: 'r',
    shard,
    epoch: 0,
    sequence,
    startMs: sequence * 1000,
    endMs: (sequence + 1) * 1000,
    cells: [{ key, counts: [100 + sequence, 2, 3000, 1], sumUs: 10, overflowCount: 0 }],
    steps: [{ phase: 'steady', step: 'a', ...counts }],
    dispatch: {
      planned: 3,
      started: 3,
      dropped: 0,
      cancelled: 0,
      lateStarts: 0,
      iterations: 2,
      sessions: 1,
      feedersDry: 0,
    },
    escalations: { review: 1 },
    gauges: { activeAgents: 4, backlog: 1, inFlight: 2 },
    health: {
      eventLoopUtilization: 0.1 * (shard + 1),
      loopDelayMaxMs: 3,
      gcPauseMaxMs: 1,
      gcTotalMs: 1,
      cpuRatio: null,
      runQueueWaitRatio: null,
    },
  }
}

const resources = { generator: { cpuCores: 1, rssBytes: 1 }, target: null }

describe('Merged snapshots', (test) => {
  test('add up over shards and intervals, and take each snapshot once', () => {
    const merger = new SnapshotMerger()
    for (let sequence = 0; sequence < 10; sequence++) {
      const snapshots = [aSnapshot(0, sequence), aSnapshot(1, sequence)]
      merger.add(snapshots, 'steady', resources)
      merger.add(snapshots, 'steady', resources)
    }
    assert.equal(
      [merger.dispatch.planned, merger.dispatch.iterations, merger.escalations['review']],
      [60, 40, 20],
    )
    const [cell] = merger.cells()
    assert.equal([cell?.count, cell?.sumUs], [60, 200])
    assert.equal([merger.steps()[0]?.ok, merger.steps()[0]?.errors], [40, { status: 20 }])
  })

  test('keep the worst health and the sum of gauges', () => {
    const interval = new SnapshotMerger().add([aSnapshot(0, 0), aSnapshot(1, 0)], 'steady', resources)
    assert.equal([interval.activeAgents, interval.backlog, interval.health.eventLoopUtilization], [8, 2, 0.2])
  })

  test('stay bounded however long the run is, and lose nothing', () => {
    const merger = new SnapshotMerger()
    const length = INTERVALS_MAX * 2 + 300
    for (let sequence = 0; sequence < length; sequence++)
      merger.add([aSnapshot(0, sequence)], 'steady', resources)
    const intervals = merger.intervals()
    assert.ok(intervals.length <= INTERVALS_MAX)
    assert.is(
      intervals.reduce((sum, { dispatch }) => sum + dispatch.started, 0),
      length * 3,
    )
    const timed = intervals.reduce((sum, { steps }) => sum + Histogram.decode(steps['a']?.hdr ?? '').count, 0)
    assert.is(timed, length * 3)
    assert.equal([intervals[0]?.startMs, intervals.at(-1)?.endMs], [0, length * 1000])
  })
})
