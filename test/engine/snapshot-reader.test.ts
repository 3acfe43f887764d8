import * as assert from 'uvu/assert'
import { allocateShardCounters, count, SHARD_COLUMN } from '../../harness/engine/shard-memory.ts'
import { SnapshotReader } from '../../harness/engine/snapshot-reader.ts'
import { createRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

function createReader(escalationKinds: readonly string[] = []) {
  const memory = allocateShardCounters(escalationKinds.length, 0)
  const counters = new Float64Array(memory)
  return {
    counters,
    reader: new SnapshotReader(
      { runId: 'run', shard: 3, epoch: 2, escalationKinds, regions: [], workloads: [] },
      memory,
    ),
  }
}

/** A whole run of 200 arrivals in two seconds, read every `periodMs`. */
async function readEvery(periodMs: number) {
  const rig = createRig({
    workload: { agents: 20, curve: { kind: 'constant', value: 100, durationMs: 2_000 } },
    script: ({ number }) => ({ delayMs: 1 + (number % 37), status: 200, body: 'abc' }),
  })
  const running = rig.engine.run()
  const snapshots = []
  for (let atMs = 0; atMs < 3_000; atMs += periodMs) {
    await rig.clock.advance(periodMs)
    snapshots.push(rig.take())
  }
  await running
  return snapshots
}

describe('SnapshotReader', (test) => {
  test('takes snapshots that add up to everything, however often it looks', async () => {
    const whole = (await readEvery(3_000))[0]
    const parts = await readEvery(70)
    const sum = (pick: (snapshot: (typeof parts)[number]) => number) =>
      parts.reduce((total, snapshot) => total + pick(snapshot), 0)

    assert.is(
      sum(({ dispatch }) => dispatch.started),
      200,
    )
    assert.is(
      sum(({ steps }) => steps[0]?.bytesReceived ?? 0),
      600,
    )
    for (const { key, counts, sumUs } of whole?.cells ?? []) {
      const buckets = new Map<number, number>()
      let sumOfPartsUs = 0
      for (const delta of parts.flatMap(({ cells }) =>
        cells.filter((cell) => cell.key.metric === key.metric),
      )) {
        sumOfPartsUs += delta.sumUs
        for (let i = 0; i < delta.counts.length; i += 2)
          buckets.set(delta.counts[i]!, (buckets.get(delta.counts[i]!) ?? 0) + delta.counts[i + 1]!)
      }
      assert.is(sumOfPartsUs, sumUs, key.metric)
      assert.equal([...buckets].sort(([a], [b]) => a - b).flat(), counts, key.metric)
    }
    assert.is(whole?.cells.length, 4)
  })

  test('gives each snapshot its identity and the stretch it covers', () => {
    const { reader } = createReader()
    const [first, second] = [reader.take(1_000), reader.take(2_050)]

    assert.equal([first!.runId, first!.shard, first!.epoch, first!.sequence], ['run', 3, 2, 0])
    assert.equal([first!.startMs, first!.endMs], [0, 1_000])
    assert.equal([second!.sequence, second!.startMs, second!.endMs], [1, 1_000, 2_050])
  })

  test('reads gauges as they stand, and counters as what was added', () => {
    const { counters, reader } = createReader()
    count(counters, SHARD_COLUMN.activeAgents, 5)
    count(counters, SHARD_COLUMN.planned, 5)
    reader.take(1_000)
    const { gauges, dispatch } = reader.take(2_000)

    assert.equal([gauges.activeAgents, dispatch.planned], [5, 0])
  })

  test('names escalations, and leaves out those that did not happen', () => {
    const { counters, reader } = createReader(['architecture', 'security'])
    count(counters, counters.length - 1, 3)

    assert.equal(reader.take(1_000).escalations, { security: 3 })
    assert.equal(reader.take(2_000).escalations, {})
  })

  test('reads peaks once', () => {
    const { counters, reader } = createReader()
    counters[SHARD_COLUMN.loopDelayMaxMs] = 42
    counters[SHARD_COLUMN.gcPauseMaxMs] = 7
    const [first, second] = [reader.take(1_000).health, reader.take(2_000).health]

    assert.equal([first!.loopDelayMaxMs, first!.gcPauseMaxMs], [42, 7])
    assert.equal([second!.loopDelayMaxMs, second!.gcPauseMaxMs], [0, 0])
  })

  test('relates processor time to the interval, and says null when the system does not tell', () => {
    const { counters, reader } = createReader()
    count(counters, SHARD_COLUMN.loopActiveMs, 300)
    count(counters, SHARD_COLUMN.loopIdleMs, 700)
    const before = reader.take(1_000).health
    count(counters, SHARD_COLUMN.cpuNs, 500e6)
    count(counters, SHARD_COLUMN.runQueueNs, 100e6)
    const after = reader.take(3_000).health

    assert.equal([before.eventLoopUtilization, before.cpuRatio, before.runQueueWaitRatio], [0.3, null, null])
    assert.equal([after.cpuRatio, after.runQueueWaitRatio], [0.25, 0.05])
  })

  test('sees the heart beat', () => {
    const { counters, reader } = createReader()
    assert.is(reader.heartbeat, 0)
    count(counters, SHARD_COLUMN.heartbeat)
    assert.is(reader.heartbeat, 1)
  })

  test('gives slow requests once, with the identity of their agents, when they were intended, and their phase', async () => {
    const rig = createRig({
      workload: { agents: 4, curve: { kind: 'constant', value: 10, durationMs: 2_000 } },
      plan: {
        phases: [
          { name: 'warm-up', startMs: 0, endMs: 1_000, measured: false },
          { name: 'steady', startMs: 1_000, endMs: 2_000, measured: true },
        ],
      },
      // Every request is slower than the one before it.
      script: ({ number }) => ({ delayMs: 10 + 2 * number, status: 200 }),
    })
    const running = rig.engine.run()
    const looks = []
    for (let atMs = 0; atMs < 3_000; atMs += 250) {
      await rig.clock.advance(250)
      looks.push(rig.take().slowest)
    }
    await running
    const seen = looks.flat()

    assert.ok(seen.length > 5 && looks.at(-1)?.length === 0)
    assert.equal(new Set(seen.map(({ agent }) => agent)).size, seen.length)
    for (const { agent, atMs, phase, responseTimeMs } of seen) {
      // The agent of an arrival is known by the arrival's number.
      assert.is(atMs, agent * 100)
      assert.is(Math.round(responseTimeMs), 10 + 2 * agent)
      assert.equal([phase, atMs >= 1_000], ['steady', true])
    }
    assert.equal(
      seen
        .map(({ agent }) => agent)
        .sort((a, b) => b - a)
        .slice(0, 5),
      [19, 18, 17, 16, 15],
    )
  })
})
