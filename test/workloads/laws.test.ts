import { createHash } from 'node:crypto'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { CurvePlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { countArrivals, createArrivals } from '../../harness/workloads/arrivals.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { combineDigests, digestShare } from '../../harness/workloads/digest.ts'
import { workloadPatterns } from '../../harness/workloads/index.ts'
import { agentsAt, localAgentsAt } from '../../harness/workloads/population.ts'
import { parseInstantsCsv } from '../../harness/workloads/replay.ts'
import { describe } from '../kit/suite.ts'

const CURVES: Readonly<Record<string, CurvePlan>> = {
  constant: { kind: 'constant', value: 500, durationMs: 10_000 },
  ramp: { kind: 'ramp', from: 0, to: 300, durationMs: 8000 },
  'falling ramp': { kind: 'ramp', from: 200, to: 0, durationMs: 5000 },
  steps: { kind: 'steps', values: [10, 50, 0, 20], stepMs: 2000 },
  spike: { kind: 'spike', base: 20, peak: 400, atMs: 2000, rampMs: 500, holdMs: 1000, durationMs: 8000 },
  sine: { kind: 'sine', mean: 100, amplitude: 80, periodMs: 3000, shiftMs: 400, durationMs: 7000 },
  points: {
    kind: 'points',
    points: [
      [0, 5],
      [1000, 50],
      [4000, 0],
      [6000, 90],
    ],
  },
  sequence: {
    kind: 'sequence',
    parts: [
      { kind: 'constant', value: 30, durationMs: 2000 },
      { kind: 'ramp', from: 30, to: 90, durationMs: 3000 },
    ],
  },
  sum: {
    kind: 'sum',
    parts: [
      { kind: 'constant', value: 30, durationMs: 6000 },
      { kind: 'sine', mean: 50, amplitude: 50, periodMs: 2000, shiftMs: 0, durationMs: 4000 },
    ],
  },
  scale: { kind: 'scale', value: 2, time: 0.5, part: { kind: 'ramp', from: 10, to: 100, durationMs: 8000 } },
}

for (const [name, plan] of Object.entries(CURVES)) {
  const curve = compileCurve(plan)

  describe(`The curve ${name}`, (test) => {
    test('has an integral that numeric integration agrees with', () => {
      const stepMs = 0.5
      let sum = 0
      for (let atMs = stepMs / 2; atMs < curve.durationMs; atMs += stepMs)
        sum += (curve.valueAt(atMs) * stepMs) / 1000
      const exact = curve.integral(0, curve.durationMs)
      assert.ok(Math.abs(sum - exact) <= 1e-4 * exact + 0.05, `${sum} is not ${exact}`)
    })

    test('has an additive integral', () => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
          const middle = share * curve.durationMs
          const whole = curve.integral(0, curve.durationMs)
          return (
            Math.abs(curve.integral(0, middle) + curve.integral(middle, curve.durationMs) - whole) <
            1e-6 * (whole + 1)
          )
        }),
      )
    })

    test('is inverted by its inverse', () => {
      const whole = curve.integral(0, curve.durationMs)
      fc.assert(
        fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (share) => {
          const atMs = curve.inverseIntegral(share * whole)
          return Math.abs(curve.integral(0, atMs) - share * whole) < 1e-5 * (whole + 1)
        }),
      )
      assert.is(curve.inverseIntegral(whole * 1.001), Number.POSITIVE_INFINITY)
    })

    test('is never negative, is nothing outside, and reaches its peak', () => {
      let highest = 0
      for (let i = 0; i < 5000; i++) {
        const value = curve.valueAt((i / 5000) * curve.durationMs)
        assert.ok(value >= 0)
        highest = Math.max(highest, value)
      }
      assert.is(curve.valueAt(-1), 0)
      assert.is(curve.valueAt(curve.durationMs), 0)
      assert.ok(Math.abs(highest - curve.peak) <= 0.02 * curve.peak, `${highest} of ${curve.peak}`)
    })
  })

  for (const arrivals of ['constant', 'poisson'] as const) {
    const workload = { curve: plan, arrivals, instantsMs: null }
    describe(`${arrivals} arrivals on the curve ${name}`, (test) => {
      test('rise strictly, stay inside, and are as many as planned', () => {
        const instants = instantsOf(workload, 0, 1)
        assert.ok(
          instants.every(
            ([, atMs], i) => atMs < curve.durationMs && (i === 0 || atMs > (instants[i - 1]?.[1] ?? 0)),
          ),
        )
        assert.is(instants.length, countArrivals(workload, 11))
        const expected = curve.integral(0, curve.durationMs)
        const slack = arrivals === 'constant' ? 1 : 5 * Math.sqrt(expected)
        assert.ok(Math.abs(instants.length - expected) <= slack, `${instants.length} of ${expected}`)
      })

      test('are the same plan on 1, 2, 4 and 7 shards', () => {
        const whole = hashOf(instantsOf(workload, 0, 1))
        for (const shards of [2, 4, 7]) {
          const union = Array.from({ length: shards }, (_, shard) =>
            instantsOf(workload, shard, shards),
          ).flat()
          assert.is(hashOf(union.sort(([a], [b]) => a - b)), whole)
        }
      })
    })
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

function instantsOf(
  workload: Pick<WorkloadPlan, 'curve' | 'arrivals' | 'instantsMs'>,
  shard: number,
  shardCount: number,
): [number, number][] {
  const arrivals = createArrivals({ workload, seed: 11, shard, shardCount })
  const instants: [number, number][] = []
  for (let atMs = arrivals.next(); atMs !== Number.POSITIVE_INFINITY; atMs = arrivals.next())
    instants.push([arrivals.index, atMs])
  return instants
}

describe('Arrivals', (test) => {
  test('at 500/s for 10 s are 5,000, two milliseconds apart', () => {
    const instants = instantsOf(
      { curve: CURVES['constant'] as CurvePlan, arrivals: 'constant', instantsMs: null },
      0,
      1,
    )
    assert.is(instants.length, 5000)
    assert.ok(instants.every(([i, atMs]) => Math.abs(atMs - 2 * i) < 1e-6))
  })

  test('have exponential gaps when Poisson, on any curve, after rescaling (Kolmogorov-Smirnov at 1 %)', () => {
    for (const name of ['constant', 'sine', 'ramp']) {
      const curve = compileCurve(CURVES[name] as CurvePlan)
      const instants = instantsOf(
        { curve: CURVES[name] as CurvePlan, arrivals: 'poisson', instantsMs: null },
        0,
        1,
      )
      const gaps = instants
        .map(([, atMs], i) => curve.integral(i === 0 ? 0 : (instants[i - 1]?.[1] ?? 0), atMs))
        .sort((a, b) => a - b)
      const n = gaps.length
      const distance = Math.max(
        ...gaps.map((gap, i) =>
          Math.max(Math.abs(1 - Math.exp(-gap) - i / n), Math.abs(1 - Math.exp(-gap) - (i + 1) / n)),
        ),
      )
      assert.ok(distance < 1.628 / Math.sqrt(n), `${name}: ${distance} for ${n}`)
    }
  })

  test('differ with the seed and only with the seed', () => {
    const workload = { curve: CURVES['sine'] as CurvePlan, arrivals: 'poisson' as const, instantsMs: null }
    const first = createArrivals({ workload, seed: 1, shard: 0, shardCount: 1 }).next()
    assert.is(createArrivals({ workload, seed: 1, shard: 0, shardCount: 1 }).next(), first)
    assert.is.not(createArrivals({ workload, seed: 2, shard: 0, shardCount: 1 }).next(), first)
  })

  test('of a replay are those of its file', () => {
    const instantsMs = parseInstantsCsv('instant,what\n# recorded\n0.5,a\n700ms,b\n2\n', 'r.csv')
    assert.equal(instantsMs, [500, 700, 2000])
    assert.equal(
      instantsOf({ curve: CURVES['constant'] as CurvePlan, arrivals: 'replay', instantsMs }, 1, 2),
      [[1, 700]],
    )
    assert.throws(() => parseInstantsCsv('1\n0.5\n', 'r.csv'), /r\.csv:2/)
    assert.throws(() => parseInstantsCsv('1\nsoon\n', 'r.csv'), /r\.csv:2/)
  })
})

describe('Agents over time', (test) => {
  test('are shared among shards without one lost or doubled', () => {
    const curve = compileCurve(CURVES['sine'] as CurvePlan)
    for (const shards of [1, 2, 4, 7]) {
      for (let atMs = 0; atMs < curve.durationMs; atMs += 97) {
        const total = Array.from({ length: shards }, (_, shard) =>
          localAgentsAt(curve, atMs, shard, shards),
        ).reduce((a, b) => a + b, 0)
        assert.is(total, agentsAt(curve, atMs))
      }
    }
  })
})

/** Figures of DESIGN section 4. */
const FIGURES: Readonly<
  Record<string, { readonly agents: number; readonly mix: readonly [number, number, number] }>
> = {
  'business-hours': { agents: 250, mix: [0.7, 0.2, 0.1] },
  maintenance: { agents: 50, mix: [0.4, 0.4, 0.2] },
  incident: { agents: 400, mix: [0.3, 0.4, 0.3] },
  'scale-test': { agents: 1200, mix: [0.7, 0.2, 0.1] },
}
const SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  'constant-rate': { rate: '50/s', duration: '10s' },
  'constant-agents': { agents: 10, duration: '10s' },
  curve: { model: 'open', curve: CURVES['spike'] },
  stages: {
    stages: [
      { to: '50/s', for: '10s' },
      { to: '50/s', for: '5s' },
    ],
  },
  replay: { instantsMs: [1, 5, 900, 2500] },
}

for (const pattern of workloadPatterns.all) {
  describe(`The workload ${pattern.name}`, (test) => {
    const resolved = pattern.resolve(pattern.configSchema.parse(SETTINGS[pattern.name] ?? {}))
    const curve = compileCurve(resolved.curve)

    test('has phases that cover it without a gap', () => {
      assert.is(resolved.phases[0]?.startMs, 0)
      assert.ok(Math.abs((resolved.phases.at(-1)?.endMs ?? 0) - curve.durationMs) < 1e-6)
      for (const [i, phase] of resolved.phases.slice(1).entries())
        assert.is(phase.startMs, resolved.phases[i]?.endMs)
      assert.is(new Set(resolved.phases.map(({ name }) => name)).size, resolved.phases.length)
    })

    test('refuses settings it does not know', () => {
      assert.not(pattern.configSchema.safeParse({ ...SETTINGS[pattern.name], agnets: 3 }).success)
    })

    test('adds up over shards: same digest on 1, 2 and 4', () => {
      const plan = {
        seed: 3,
        workloads: [
          {
            ...{ ...resolved, pattern: pattern.name, agents: 1, join: null, expectedIterations: null },
            ...{ startMs: 0, durationMs: curve.durationMs },
          },
        ],
      }
      const digests = [1, 2, 4].map((shards) =>
        combineDigests(Array.from({ length: shards }, (_, shard) => digestShare(plan, shard, shards))),
      )
      assert.equal(digests[1], digests[0])
      assert.equal(digests[2], digests[0])
      assert.ok((digests[0]?.starts ?? 0) > 0)
    })

    const figures = FIGURES[pattern.name]
    if (figures !== undefined) {
      test('has the figures of the design', () => {
        assert.ok(Math.abs(curve.peak - figures.agents) < 1e-6)
        assert.equal([resolved.mix.safe, resolved.mix.risky, resolved.mix.complex], figures.mix)
        assert.is(resolved.model, 'closed')
      })
    }
  })
}

describe('Business hours', (test) => {
  const resolve = (config: Record<string, unknown>) => {
    const pattern = workloadPatterns.get('business-hours')
    return compileCurve(pattern.resolve(pattern.configSchema.parse(config)).curve)
  }

  test('of one region have two humps with a lunch dip and a quiet night', () => {
    const curve = resolve({ day: '24m', regions: [{ name: 'one', weight: 1, timeZone: 'UTC' }] })
    const at = (hour: number) => curve.valueAt(hour * 60_000)
    assert.ok(at(10) > at(12.5) && at(15) > at(12.5) && at(12.5) > at(3) * 3)
  })

  test('are the same however long the day takes', () => {
    const [slow, fast] = [resolve({ day: '24m' }), resolve({ day: '24s' })]
    for (let hour = 0.5; hour < 24; hour++)
      assert.ok(Math.abs(slow.valueAt(hour * 60_000) - fast.valueAt(hour * 1000)) < 1e-6)
  })
})

describe('The scale test', (test) => {
  test('demands 500 journeys a second at the top', () => {
    const pattern = workloadPatterns.get('scale-test')
    const resolved = pattern.resolve(pattern.configSchema.parse({}))
    assert.is(1200 / (resolved.pacingMs / 1000), 500)
  })
})
