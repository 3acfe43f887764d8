import fc from 'fast-check'
import { build } from 'hdr-histogram-js'
import * as assert from 'uvu/assert'
import {
  BUCKET_COUNT,
  bucketOf,
  HIGHEST_US,
  Histogram,
  highestOfBucket,
  lowestOfBucket,
} from '../../harness/base/histogram.ts'
import { Backlog } from '../../harness/engine/backlog.ts'
import { allocateCell, CellReader, CellWriter } from '../../harness/engine/cells.ts'
import { createFeeder } from '../../harness/engine/feeder.ts'
import { type MemoryAnnouncement, Recorder, STEP_NAMES_MAX } from '../../harness/engine/recorder.ts'
import { TimingWheel } from '../../harness/engine/timing-wheel.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import { describe } from '../kit/suite.ts'

describe('The timing wheel', (test) => {
  test('fires everybody once, not early, and within a tick, like a sorted list', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 700 }),
        (dues, stepMs) => {
          const wheel = new TimingWheel(dues.length, 0, 1024)
          for (const [agent, due] of dues.entries()) wheel.schedule(agent, due)
          const fired = new Map<number, number>()
          for (let nowMs = 0; nowMs <= 21_000; nowMs += stepMs) {
            wheel.advance(nowMs, (agent, dueMs) => {
              assert.ok(
                !fired.has(agent) && dueMs <= nowMs && dueMs > nowMs - stepMs - 0.13,
                `${dueMs} at ${nowMs}`,
              )
              fired.set(agent, dueMs)
            })
          }
          assert.is(fired.size, dues.length)
          assert.is(wheel.waitingCount, 0)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('takes what is scheduled while it fires, in the past or at once, without losing it', () => {
    const wheel = new TimingWheel(2, 0, 1024)
    let again = 0
    wheel.schedule(0, 10)
    for (let nowMs = 0; nowMs < 60; nowMs++) {
      wheel.advance(nowMs, (agent) => {
        again++
        if (again < 20) wheel.schedule(agent, 5)
      })
    }
    assert.is(again, 20)
  })
})

describe('The backlog', (test) => {
  test('is first in, first out, beyond any size', () => {
    const backlog = new Backlog()
    for (let i = 0; i < 700; i++) backlog.push(i, i)
    for (let i = 0; i < 600; i++) backlog.shift()
    for (let i = 700; i < 4000; i++) backlog.push(i, i * 2)
    for (let i = 600; i < 4000; i++) {
      assert.equal([backlog.oldestMs, backlog.oldestIndex], [i, i < 700 ? i : i * 2])
      backlog.shift()
    }
    assert.is(backlog.oldestMs, Number.POSITIVE_INFINITY)
  })
})

describe('Histogram cells', (test) => {
  test('have the bucket layout of HdrHistogram', () => {
    const hdr = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_US,
      numberOfSignificantValueDigits: 3,
    }) as unknown as { countsArrayIndex(value: number): number }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: HIGHEST_US }), (value) => {
        const bucket = bucketOf(value)
        assert.is(bucket, hdr.countsArrayIndex(value))
        assert.ok(
          bucket < BUCKET_COUNT && lowestOfBucket(bucket) <= value && highestOfBucket(bucket) >= value,
        )
      }),
    )
  })

  test('give every record to exactly one snapshot, with its sum', () => {
    const buffer = allocateCell()
    const writer = new CellWriter(buffer)
    const reader = new CellReader(buffer)
    const whole = new Histogram()
    let sumUs = 0
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 1000; i++) writer.record(((i * 7919) % 100_000) + round)
      const gain = reader.takeGain()
      whole.addSparse(gain?.counts ?? [])
      sumUs += gain?.sumUs ?? 0
    }
    assert.is(reader.takeGain(), null)
    assert.is(whole.count, 5000)
    assert.is(
      sumUs,
      Array.from({ length: 1000 }, (_, i) => (i * 7919) % 100_000).reduce((a, b) => a + b, 0) * 5 + 1000 * 10,
    )
  })

  test('clamp and count what is longer than an hour', () => {
    const buffer = allocateCell()
    new CellWriter(buffer).record(HIGHEST_US + 5)
    const gain = new CellReader(buffer).takeGain()
    assert.is(gain?.overflowCount, 1)
    assert.is(Histogram.ofSparse(gain?.counts ?? []).count, 1)
  })
})

describe('A histogram', (test) => {
  test('has the quantiles of a sorted list within its precision', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.5, 0.9, 0.99),
        (values, quantile) => {
          const histogram = new Histogram()
          for (const value of values) histogram.record(value)
          const exact = [...values].sort((a, b) => a - b)[
            Math.max(0, Math.ceil(quantile * values.length) - 1)
          ] as number
          const found = histogram.quantileUs(quantile)
          assert.ok(found >= exact && found <= exact * 1.001 + 1, `${found} for ${exact}`)
        },
      ),
    )
  })

  test('survives its interchange form, and refuses a damaged one', () => {
    const histogram = new Histogram()
    for (let i = 1; i < 1000; i++) histogram.record(i * 37)
    assert.equal([...Histogram.decode(histogram.encode()).buckets()], [...histogram.buckets()])
    assert.throws(() => Histogram.decode('bm90IGEgaGlzdG9ncmFt'), /cannot be read/)
  })

  test('never overstates what lies within a bound', () => {
    const histogram = new Histogram()
    for (const value of [99_950, 100_000, 100_050]) histogram.record(value)
    assert.ok(histogram.countOver(100_000) >= 1)
    assert.is(histogram.countOver(99_000), 3)
    assert.is(histogram.countOver(200_000), 0)
  })
})

describe('The recorder', (test) => {
  const observation = {
    intendedMs: 100,
    sentMs: 100.4567,
    firstByteMs: 103,
    doneMs: 105.1234,
    networkDelayMs: 0,
    outcome: 0,
    errorKind: 0,
    bytesSent: 1,
    bytesReceived: 2,
    componentCount: 0,
    componentNames: [],
    componentMs: [],
  }

  function recorded(...observations: Partial<typeof observation>[]) {
    const readers = new Map<string, CellReader>()
    const recorder = new Recorder(
      [
        { name: 'warm-up', endMs: 50 },
        { name: 'steady', endMs: 1000 },
      ],
      (announcement: MemoryAnnouncement) => {
        if (announcement.kind === 'cell')
          readers.set(
            `${announcement.key.phase}/${announcement.key.metric}`,
            new CellReader(announcement.buffer),
          )
      },
    )
    for (const changes of observations) {
      const seen = { ...observation, ...changes }
      recorder.at('step', seen.intendedMs).record(seen)
    }
    return { recorder, sumUs: (name: string) => readers.get(name)?.takeGain()?.sumUs }
  }

  test('makes response time the sum of start delay and service time, to the microsecond', () => {
    const { sumUs } = recorded({})
    assert.is(sumUs('steady/start_delay'), 457)
    assert.is(sumUs('steady/service_time'), 4667)
    assert.is(sumUs('steady/response_time'), 457 + 4667)
    assert.is(sumUs('steady/ttfb'), 2543)
  })

  test("adds the region's network delay to what users wait, and to nothing else", () => {
    const { sumUs } = recorded({ networkDelayMs: 80 })
    assert.is(sumUs('steady/response_time'), 457 + 4667 + 80_000)
    assert.is(sumUs('steady/service_time'), 4667)
  })

  test('has no service time for what was never sent', () => {
    const { sumUs } = recorded({ sentMs: 0, firstByteMs: 0, outcome: 2, errorKind: 1 })
    assert.is(sumUs('steady/service_time'), undefined)
    assert.is(sumUs('steady/start_delay'), 5123)
  })

  test('files a request under the phase of its intended instant', () => {
    const { sumUs } = recorded({ intendedMs: 49, sentMs: 60, firstByteMs: 61, doneMs: 62 })
    assert.is(sumUs('warm-up/response_time'), 13_000)
  })

  test('records too many step names together', () => {
    const { recorder } = recorded()
    for (let i = 0; i < STEP_NAMES_MAX + 10; i++) recorder.at(`step ${i}`, 100)
    assert.is(recorder.at('one more', 100), recorder.at('other', 100))
  })
})

describe('Feeders', (test) => {
  const rows = Array.from({ length: 10 }, (_, i) => ({ id: String(i) }))
  const take = (
    mode: 'unique' | 'circular' | 'random' | 'shuffle' | 'per-agent',
    shard: number,
    shardCount: number,
    times: number,
  ) => {
    const feeder = createFeeder('f', { mode, rows }, { seed: 5, shard, shardCount })
    return Array.from({ length: times }, (_, i) => feeder.take(i % 3, i)?.['id'] ?? null)
  }

  test('that are unique give every row once over all shards, then none', () => {
    const given = [0, 1, 2].flatMap((shard) => take('unique', shard, 3, 5))
    assert.equal(
      given.filter((id) => id !== null).sort(),
      rows.map(({ id }) => id),
    )
  })

  test('that are circular begin again, also with fewer rows than shards', () => {
    assert.equal(take('circular', 1, 2, 6), ['1', '3', '5', '7', '9', '1'])
    assert.ok(take('circular', 15, 20, 12).every((id) => id !== null))
  })

  test('that shuffle give the same rows in another order, the same for the same seed', () => {
    const [a, b] = [take('shuffle', 0, 1, 10), take('shuffle', 0, 1, 10)]
    assert.equal(a, b)
    assert.not.equal(
      a,
      rows.map(({ id }) => id),
    )
    assert.equal(
      [...a].sort(),
      rows.map(({ id }) => id),
    )
  })

  test('by agent give an agent its own row for life, by chance any', () => {
    assert.equal(take('per-agent', 0, 1, 6), ['0', '1', '2', '0', '1', '2'])
    assert.ok(new Set(take('random', 0, 1, 50)).size > 5)
  })
})

describe('Variables', (test) => {
  test('come from feeders, answers, secrets and the agent, and may refer to one another', () => {
    const feeder = { take: () => ({ id: '7', path: '/u/{{who.id}}' }) }
    const store = new VariableStore(new Map([['who', feeder]]), new Map([['TOKEN', 's3']]), true)
    assert.ok(store.beginIteration(2, 99, 4))
    store.set(2, 'cart', 'c1')
    const values = [
      'who.id',
      'who.path',
      'cart',
      'secret.TOKEN',
      'agent.id',
      'agent.iteration',
      'nothing',
    ].map((name) => store.get(2, name))
    assert.equal(values, ['7', '/u/7', 'c1', 's3', '99', '4', undefined])
    store.endSession(2)
    assert.is(store.get(2, 'cart'), undefined)
  })
})
