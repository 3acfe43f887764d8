import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { CurvePlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { type ArrivalShare, countArrivals, createArrivals } from '../../harness/workloads/arrivals.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { anyCurve } from '../kit/any-curve.ts'
import { describe } from '../kit/suite.ts'

type Demand = ArrivalShare['workload']

const open = (curve: CurvePlan, arrivals: WorkloadPlan['arrivals'] = 'constant'): Demand => ({
  curve,
  arrivals,
  instantsMs: null,
})
const replayed = (instantsMs: readonly number[]): Demand => ({
  ...open({ kind: 'constant', value: 1, durationMs: 1_000 }, 'replay'),
  instantsMs,
})
const steady = (value: number, durationMs: number) => ({ kind: 'constant', value, durationMs }) as const

interface Arrival {
  readonly index: number
  readonly atMs: number
}

function shareOf(workload: Demand, seed = 1, shard = 0, shardCount = 1): Arrival[] {
  const source = createArrivals({ workload, seed, shard, shardCount })
  const arrivals: Arrival[] = []
  for (let atMs = source.next(); atMs !== Number.POSITIVE_INFINITY; atMs = source.next())
    arrivals.push({ index: source.index, atMs })
  return arrivals
}

const instantsOf = (workload: Demand, seed = 1) => shareOf(workload, seed).map(({ atMs }) => atMs)

/** Curves with few enough arrivals to walk through. */
const smallCurve = anyCurve.map((part): CurvePlan => {
  const { durationMs } = compileCurve(part)
  const total = compileCurve(part).integral(0, durationMs)
  return total <= 2_000 ? part : { kind: 'scale', value: 2_000 / total, time: 1, part }
})
const someDemand = fc
  .tuple(smallCurve, fc.constantFrom('constant' as const, 'poisson' as const, 'gamma' as const))
  .map(([curve, arrivals]) => ({
    ...open(curve, arrivals),
    ...(arrivals === 'gamma' && { burstiness: 0.5 }),
  }))

/** p-value of the Kolmogorov-Smirnov distance of draws from the exponential distribution with mean 1. */
function exponentialPValue(draws: readonly number[]): number {
  const sorted = [...draws].sort((a, b) => a - b)
  const n = sorted.length
  let distance = 0
  sorted.forEach((draw, i) => {
    const expected = -Math.expm1(-draw)
    distance = Math.max(distance, Math.abs(expected - i / n), Math.abs((i + 1) / n - expected))
  })
  const scaled = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance
  let p = 0
  for (let k = 1; k <= 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * scaled * scaled)
  return p
}

describe('createArrivals, laws', (test) => {
  test('gives instants that rise strictly and lie inside the curve', () => {
    fc.assert(
      fc.property(someDemand, fc.nat(), (workload, seed) => {
        const { durationMs } = compileCurve(workload.curve)
        let lastMs = -1
        for (const atMs of instantsOf(workload, seed)) {
          assert.ok(atMs > lastMs && atMs <= durationMs * (1 + 1e-9), `${lastMs} then ${atMs}`)
          lastMs = atMs
        }
      }),
    )
  })

  test('gives exactly the arrivals that were planned, numbered without a gap', () => {
    fc.assert(
      fc.property(someDemand, fc.nat(), (workload, seed) => {
        const arrivals = shareOf(workload, seed)
        assert.is(arrivals.length, countArrivals(workload, seed))
        assert.ok(arrivals.every(({ index }, i) => index === i))
      }),
    )
  })

  test('of a constant process: within one of the integral, over any stretch', () => {
    fc.assert(
      fc.property(smallCurve, fc.nat({ max: 1_000 }), fc.nat({ max: 1_000 }), (plan, x, y) => {
        const curve = compileCurve(plan)
        const [fromMs, toMs] = [Math.min(x, y), Math.max(x, y)].map((at) => (at * curve.durationMs) / 1_000)
        const seen = instantsOf(open(plan)).filter((atMs) => atMs >= fromMs! && atMs < toMs!).length
        const expected = curve.integral(fromMs!, toMs!)
        assert.ok(Math.abs(seen - expected) <= 1 + 1e-3, `${seen} of ${expected}`)
      }),
    )
  })

  test('is the same whole over 1, 2, 4 and 7 shards', () => {
    fc.assert(
      fc.property(someDemand, fc.nat(), (workload, seed) => {
        const whole = shareOf(workload, seed)
        for (const shardCount of [2, 4, 7]) {
          const shares = Array.from({ length: shardCount }, (_, shard) =>
            shareOf(workload, seed, shard, shardCount),
          )
          assert.ok(shares.every((share, shard) => share.every(({ index }) => index % shardCount === shard)))
          assert.equal(
            shares.flat().sort((a, b) => a.index - b.index),
            whole,
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('createArrivals', (test) => {
  test('spaces a constant rate evenly from zero', () => {
    assert.equal(instantsOf(open(steady(500, 10))), [0, 2, 4, 6, 8])
  })

  test('gives the same instants for the same seed, others for another', () => {
    const workload = open(steady(100, 10_000), 'poisson')

    assert.equal(instantsOf(workload, 7), instantsOf(workload, 7))
    assert.not.equal(instantsOf(workload, 7), instantsOf(workload, 8))
  })

  test('spaces Poisson arrivals exponentially, whatever the curve, once its rate is taken out', () => {
    const curves: readonly CurvePlan[] = [
      steady(500, 20_000),
      { kind: 'ramp', from: 0, to: 1_000, durationMs: 20_000 },
      { kind: 'sine', mean: 500, amplitude: 400, periodMs: 3_000, shiftMs: 0, durationMs: 20_000 },
    ]
    for (const [seed, plan] of curves.entries()) {
      const curve = compileCurve(plan)
      const amounts = instantsOf(open(plan, 'poisson'), seed + 1).map((atMs) => curve.integral(0, atMs))
      const gaps = amounts.map((amount, i) => amount - (amounts[i - 1] ?? 0))
      assert.ok(gaps.length > 9_000, `${gaps.length} arrivals`)
      assert.ok(exponentialPValue(gaps) > 0.01, `${plan.kind}: p = ${exponentialPValue(gaps)}`)
    }
  })

  test('is not fooled itself: evenly spaced gaps fail the test that Poisson gaps pass', () => {
    assert.ok(exponentialPValue(Array.from({ length: 1_000 }, () => 1)) < 1e-6)
  })

  test('varies the number of Poisson arrivals about the expected one', () => {
    const counts = Array.from({ length: 50 }, (_, seed) =>
      countArrivals(open(steady(100, 10_000), 'poisson'), seed),
    )
    const mean = counts.reduce((sum, amount) => sum + amount, 0) / counts.length

    assert.ok(Math.abs(mean - 1_000) < 20, `mean ${mean}`)
    assert.ok(new Set(counts).size > 10, 'counts differ from seed to seed')
  })

  test('replays the instants given, striped over shards', () => {
    const workload = replayed([5, 20, 21, 400])

    assert.equal(instantsOf(workload), [5, 20, 21, 400])
    assert.equal(shareOf(workload, 1, 1, 2), [
      { index: 1, atMs: 20 },
      { index: 3, atMs: 400 },
    ])
    assert.is(countArrivals(workload, 1), 4)
  })

  test('gives no arrivals where nothing is demanded', () => {
    assert.equal(instantsOf(open(steady(0, 1_000))), [])
    assert.equal(instantsOf(open(steady(0, 1_000), 'poisson')), [])
  })
})
