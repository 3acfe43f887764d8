import * as assert from 'uvu/assert'
import { viewOf } from '../../../harness/analysis/monitor/live-interval.ts'
import { ObjectiveMonitor } from '../../../harness/analysis/monitor/objective-monitor.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { Random } from '../../../harness/base/random.ts'
import { aPlan } from '../../kit/builders.ts'
import { aSecond, type SecondShape } from '../../kit/live-intervals.ts'
import { describe } from '../../kit/suite.ts'

const FAST = Array.from({ length: 50 }, (_, i) => 20 + (i % 10))
const SLOW = FAST.map((ms) => ms * 10)

/** Changes of state as `<second> <from>-><to>`, where `shapes` says what happened in each second. */
function watched(objective: unknown, shapes: readonly SecondShape[], durationMs = 600_000): string[] {
  const { objectives, problems } = parseObjectives([objective], 'objectives')
  assert.equal(problems, [])
  const plan = aPlan({
    durationMs,
    phases: [
      { name: 'warm-up', startMs: 0, endMs: 2_000, measured: false },
      { name: 'steady', startMs: 2_000, endMs: durationMs, measured: true },
    ],
  })
  const monitor = new ObjectiveMonitor(plan, objectives)
  return shapes.flatMap((shape, second) =>
    monitor
      .observe(aSecond(second, shape), () => {
        throw new Error('nobody asked for the whole run')
      })
      .transitions.map(({ from, to, atMs }) => `${atMs / 1000} ${from}->${to}`),
  )
}

const seconds = (count: number, shape: SecondShape) => Array.from({ length: count }, () => shape)
const p99 = { expect: 'p99(response_time) < 100ms', window: '10s' }

describe('The monitor', (test) => {
  test('fires grace after the first second of a tenfold slowness, and recovers when the window is clean', () => {
    const shapes = [
      ...seconds(15, { okMs: FAST }),
      ...seconds(8, { okMs: SLOW }),
      ...seconds(15, { okMs: FAST }),
    ]
    assert.equal(watched({ ...p99, grace: '5s' }, shapes), [
      '16 ok->pending',
      '21 pending->firing',
      '33 firing->recovering',
      '34 recovering->ok',
    ])
  })

  test('does not look at warm-up', () => {
    assert.equal(
      watched(p99, [...seconds(2, { okMs: SLOW, phase: 'warm-up' }), ...seconds(10, { okMs: FAST })]),
      [],
    )
  })

  test('believes no time any more after a loop of the generator stood still', () => {
    const shapes = [
      ...seconds(15, { okMs: FAST }),
      { okMs: FAST, health: { loopDelayMaxMs: 3_000 } },
      ...seconds(40, { okMs: SLOW }),
    ]
    assert.equal(watched(p99, shapes), [])
    assert.equal(watched({ ...p99, expect: 'p95(service_time) < 10ms' }, shapes), [
      ...watched({ ...p99, expect: 'p95(service_time) < 10ms' }, shapes.slice(0, 15)),
    ])
  })

  test('still believes errors after it', () => {
    const shapes = [
      { okMs: FAST, health: { loopDelayMaxMs: 3_000 } },
      ...seconds(10, { okMs: FAST, failed: 50 }),
    ]
    assert.ok(
      watched({ expect: 'error_ratio < 1%', window: '10s' }, shapes).some((line) => line.endsWith('firing')),
    )
  })

  test('does not take a slow request or two for a breach', () => {
    const shapes = [...seconds(10, { okMs: FAST }), { okMs: [...FAST, 500] }, ...seconds(10, { okMs: FAST })]
    assert.equal(watched(p99, shapes), [])
  })

  test('says nothing on fewer samples than an objective asks for', () => {
    const few = seconds(5, { okMs: [500] })
    assert.equal(watched({ ...p99, minSamples: 6 }, few), [])
    assert.equal(watched({ ...p99, minSamples: 5 }, few), ['5 ok->pending', '5 pending->firing'])
  })

  test('watches errors and shares', () => {
    const bad = [...seconds(5, { okMs: FAST }), ...seconds(2, { okMs: FAST, failed: 50 })]
    assert.equal(watched({ expect: 'error_ratio < 1%', window: '5s' }, bad), [
      '6 ok->pending',
      '6 pending->firing',
    ])
    assert.equal(watched({ expect: 'share(response_time <= 100ms) >= 99%', window: '5s' }, bad), [
      '6 ok->pending',
      '6 pending->firing',
    ])
  })

  test('allows no failure at all when the bound is none', () => {
    const one = [...seconds(3, { okMs: FAST }), { okMs: FAST, failed: 1 }]
    assert.equal(watched({ expect: 'error_ratio <= 0%', window: '5s' }, one), [
      '4 ok->pending',
      '4 pending->firing',
    ])
  })

  test('judges other values when their window is full', () => {
    const shapes = [...seconds(14, { okMs: FAST }), ...seconds(8, { okMs: [20] })]
    assert.equal(watched({ expect: 'throughput >= 40/s', window: '5s' }, shapes), [
      '16 ok->pending',
      '16 pending->firing',
    ])
    assert.equal(watched({ expect: 'throughput >= 40/s', window: '5s' }, seconds(4, { okMs: [20] })), [])
  })

  test('takes a target that answers nobody for a breach, unless no data may pass', () => {
    const silent = [...seconds(3, { okMs: FAST }), ...seconds(15, { inFlight: 10 })]
    assert.equal(watched(p99, silent), ['13 ok->pending', '13 pending->firing'])
    assert.equal(watched('p99(response_time) < 100ms', silent), ['13 ok->pending', '13 pending->firing'])
    assert.equal(watched({ ...p99, onNoData: 'pass' }, silent), [])
    assert.equal(watched(p99, [...seconds(3, { okMs: FAST }), ...seconds(15, { inFlight: 0 })]), [])
  })

  test('does not believe what it sees while the generator itself is in trouble, but for errors', () => {
    const starved: SecondShape = {
      okMs: SLOW,
      failed: 10,
      startDelayMs: 200,
      health: { runQueueWaitRatio: 0.6 },
    }
    const shapes = [...seconds(5, { okMs: FAST }), ...seconds(10, starved)]
    assert.equal(watched(p99, shapes), [])
    assert.is(watched({ expect: 'error_ratio < 1%', window: '5s' }, shapes).length, 2)
  })

  test('without a window stops no service that keeps its promise, and soon one that does not', () => {
    const random = new Random(7, 'nights')
    const night = (share: number) =>
      Array.from({ length: 300 }, () => ({
        okMs: Array.from({ length: 200 }, () => (random.float() < share ? 150 : 20)),
      }))
    // Few: each is 60,000 requests.
    const nights = (share: number) =>
      Array.from({ length: 5 }, () => watched('p99(response_time) < 100ms', night(share)))
    assert.is(nights(0.008).filter((changes) => changes.length > 0).length, 0)
    for (const [first = ''] of nights(0.02)) assert.ok(Number.parseInt(first, 10) <= 60, first)
  })

  test('counts a budget of requests over the whole run', () => {
    const { objectives } = parseObjectives(['count(requests) <= 120'], 'limits')
    const plan = aPlan()
    const monitor = new ObjectiveMonitor(plan, objectives)
    const all = [0, 1, 2].map((second) => aSecond(second, { okMs: FAST }))
    const changes = all.map(
      (one, i) => monitor.observe(one, () => viewOf(all.slice(0, i + 1), plan)).transitions.length,
    )
    assert.equal(changes, [0, 0, 2])
  })
})
