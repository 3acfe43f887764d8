import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import type { CurvePlan } from '../../harness/model/workload-plan.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { anyCurve } from '../kit/any-curve.ts'
import { describe } from '../kit/suite.ts'

const SLICES = 4000

/** Mid-point rule over `SLICES` slices, in value x seconds. */
function integrate(curve: ReturnType<typeof compileCurve>, fromMs: number, toMs: number): number {
  const widthMs = (toMs - fromMs) / SLICES
  let total = 0
  for (let i = 0; i < SLICES; i++) total += curve.valueAt(fromMs + (i + 0.5) * widthMs)
  return (total * widthMs) / 1000
}

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} is not ${expected} +- ${tolerance}`)
}

const share = fc.nat({ max: 1_000_000 }).map((millionths) => millionths / 1_000_000)

describe('compileCurve, laws', (test) => {
  test('never demands less than nothing, nor more than its peak, nor anything outside its duration', () => {
    fc.assert(
      fc.property(anyCurve, share, (plan, at) => {
        const curve = compileCurve(plan)
        const value = curve.valueAt(at * curve.durationMs)
        // The peak of a sum is sampled: more may hide between two samples.
        const isSampled = JSON.stringify(plan).includes('"sum"')
        assert.ok(value >= 0, `${value}`)
        assert.ok(isSampled || value <= curve.peak * (1 + 1e-9), `${value} of ${curve.peak}`)
        assert.is(curve.valueAt(-1), 0)
        assert.is(curve.valueAt(curve.durationMs * (1 + 1e-9) + 1), 0)
      }),
    )
  })

  test('adds up: the integral over a stretch is that over its two halves', () => {
    fc.assert(
      fc.property(anyCurve, share, share, share, (plan, ...shares) => {
        const curve = compileCurve(plan)
        const [a, b, c] = shares.sort((x, y) => x - y).map((at) => at * curve.durationMs)
        const whole = curve.integral(a!, c!)
        const total = curve.integral(0, curve.durationMs)
        near(curve.integral(a!, b!) + curve.integral(b!, c!), whole, 1e-9 * (1 + total), 'sum of halves')
      }),
    )
  })

  test('has the integral that summing its values gives', () => {
    fc.assert(
      fc.property(anyCurve, share, share, (plan, x, y) => {
        const curve = compileCurve(plan)
        const [fromMs, toMs] = [Math.min(x, y) * curve.durationMs, Math.max(x, y) * curve.durationMs]
        // Every jump may be off by one slice of the peak; there are at most some forty.
        const tolerance = (40 * curve.peak * (toMs - fromMs)) / SLICES / 1000 + 1e-9
        near(curve.integral(fromMs, toMs), integrate(curve, fromMs, toMs), tolerance, 'integral')
      }),
      { numRuns: 60 },
    )
  })

  test('inverts its integral: the instant of an amount has that amount before it', () => {
    fc.assert(
      fc.property(anyCurve, share, (plan, part) => {
        const curve = compileCurve(plan)
        const total = curve.integral(0, curve.durationMs)
        const atMs = curve.inverseIntegral(part * total)
        assert.ok(atMs >= 0 && atMs <= curve.durationMs * (1 + 1e-12), `${atMs} of ${curve.durationMs}`)
        near(curve.integral(0, atMs), part * total, 1e-6 * (1 + total), 'integral up to the instant')
      }),
      { numRuns: 500 },
    )
  })

  test('never reaches more than its total', () => {
    fc.assert(
      fc.property(anyCurve, (plan) => {
        const curve = compileCurve(plan)
        const total = curve.integral(0, curve.durationMs)
        assert.is(curve.inverseIntegral(total * 1.001 + 0.001), Number.POSITIVE_INFINITY)
        near(curve.integral(0, curve.inverseIntegral(0)), 0, 1e-9 * (1 + total), 'nothing before the first')
      }),
    )
  })
})

function refuses(plan: CurvePlan, complaint: RegExp): void {
  try {
    compileCurve(plan)
  } catch (error) {
    assert.instance(error, HarnessError)
    assert.is((error as HarnessError).code, 'SCENARIO_INVALID')
    return assert.match((error as HarnessError).message, complaint)
  }
  assert.unreachable('the curve was taken')
}

describe('compileCurve', (test) => {
  test('knows the arrivals of a constant rate exactly', () => {
    const curve = compileCurve({ kind: 'constant', value: 500, durationMs: 10_000 })

    assert.is(curve.integral(0, 10_000), 5_000)
    assert.is(curve.integral(1_000, 1_002), 1)
    assert.is(curve.inverseIntegral(3), 6)
    assert.is(curve.peak, 500)
  })

  test('follows a ramp in closed form: half way it has a quarter of its arrivals', () => {
    const curve = compileCurve({ kind: 'ramp', from: 0, to: 100, durationMs: 10_000 })

    assert.is(curve.valueAt(5_000), 50)
    assert.is(curve.integral(0, 10_000), 500)
    assert.is(curve.inverseIntegral(125), 5_000)
  })

  test('holds each step until the next begins', () => {
    const curve = compileCurve({ kind: 'steps', values: [10, 30, 20], stepMs: 1_000 })

    assert.equal(
      [0, 999, 1_000, 1_999, 2_000, 2_999, 3_000].map((atMs) => curve.valueAt(atMs)),
      [10, 10, 30, 30, 20, 20, 0],
    )
    assert.is(curve.integral(500, 2_500), 45)
  })

  test('rises to a spike, holds it, and falls back', () => {
    const spike = { base: 10, peak: 110, atMs: 1_000, rampMs: 1_000, holdMs: 1_000, durationMs: 5_000 }
    const curve = compileCurve({ kind: 'spike', ...spike })

    assert.equal(
      [0, 1_500, 2_500, 3_500, 4_500].map((atMs) => curve.valueAt(atMs)),
      [10, 60, 110, 60, 10],
    )
  })

  test('jumps where two points share an instant', () => {
    const points = [
      [0, 10],
      [1_000, 10],
      [1_000, 50],
      [2_000, 50],
    ] as const
    const curve = compileCurve({ kind: 'points', points })

    assert.equal([curve.valueAt(999.9), curve.valueAt(1_000)], [10, 50])
  })

  test('swings a sine about its mean', () => {
    const shape = { mean: 100, amplitude: 50, periodMs: 4_000, shiftMs: 0, durationMs: 8_000 }
    const curve = compileCurve({ kind: 'sine', ...shape })

    near(curve.valueAt(1_000), 150, 1e-9, 'crest')
    near(curve.valueAt(3_000), 50, 1e-9, 'trough')
    near(curve.integral(0, 8_000), 800, 1e-9, 'whole periods')
  })

  test('puts parts one after the other, adds them up, and scales them', () => {
    const low = { kind: 'constant', value: 10, durationMs: 1_000 } as const
    const high = { kind: 'constant', value: 30, durationMs: 2_000 } as const
    const sequence = compileCurve({ kind: 'sequence', parts: [low, high] })
    const sum = compileCurve({ kind: 'sum', parts: [low, high] })
    const scaled = compileCurve({ kind: 'scale', value: 3, time: 0.5, part: high })

    assert.equal([sequence.durationMs, sequence.valueAt(999), sequence.valueAt(1_000)], [3_000, 10, 30])
    assert.equal([sum.durationMs, sum.peak, sum.valueAt(500), sum.valueAt(1_500)], [2_000, 40, 40, 30])
    assert.equal([scaled.durationMs, scaled.peak, scaled.integral(0, 1_000)], [1_000, 90, 90])
  })

  test('begins again where demand does, after a stretch of none', () => {
    const burst: CurvePlan = { kind: 'steps', values: [0, 5, 0, 0, 5, 0], stepMs: 1_000 }
    const rest: CurvePlan = { kind: 'constant', value: 0, durationMs: 1_000 }
    const nothing: CurvePlan = { kind: 'scale', value: 0, time: 1, part: burst }
    const plans: readonly CurvePlan[] = [
      burst,
      { kind: 'scale', value: 2, time: 1, part: { ...burst, values: [0, 2.5, 0, 0, 2.5, 0] } },
      { kind: 'sum', parts: [burst, { ...rest, durationMs: 500 }, nothing] },
      {
        kind: 'sequence',
        parts: [
          rest,
          { ...burst, values: [5, 0, 0] },
          { kind: 'ramp', from: 5, to: 5, durationMs: 1_000 },
          rest,
        ],
      },
    ]
    for (const plan of plans) {
      const curve = compileCurve(plan)
      near(curve.inverseIntegral(0), 1_000, 1e-6, `${plan.kind}: the first`)
      near(curve.inverseIntegral(4), 1_800, 1e-6, `${plan.kind}: the last of the first burst`)
      near(curve.inverseIntegral(5), 4_000, 1e-6, `${plan.kind}: the first of the second burst`)
      near(curve.inverseIntegral(9), 4_800, 1e-6, `${plan.kind}: the last`)
    }
  })

  test('refuses negative demand, no duration, points that fall back, a sine below zero, a spike too long', () => {
    refuses({ kind: 'constant', value: -1, durationMs: 1_000 }, /negative/)
    refuses({ kind: 'constant', value: 1, durationMs: 0 }, /duration above 0/)
    refuses({ kind: 'steps', values: [], stepMs: 1_000 }, /duration above 0/)
    const backwards = [
      [0, 1],
      [2_000, 1],
      [1_000, 1],
    ] as const
    refuses({ kind: 'points', points: backwards }, /rise/)
    const sine = { periodMs: 1_000, shiftMs: 0, durationMs: 1_000 }
    refuses({ kind: 'sine', mean: 1, amplitude: 2, ...sine }, /amplitude/)
    const spike = { base: 1, peak: 2, atMs: 500, rampMs: 200, holdMs: 200, durationMs: 1_000 }
    refuses({ kind: 'spike', ...spike }, /does not fit/)
    refuses({ kind: 'sequence', parts: [] }, /at least one part/)
    const part = { kind: 'constant', value: 1, durationMs: 1_000 } as const
    refuses({ kind: 'scale', value: 1, time: 0, part }, /time factor/)
  })
})
