import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { keyOf, uniformAt } from '../../../harness/base/random.ts'
import { OPERATION_CLASSES } from '../../../harness/targets/sandbox/catalogue.ts'
import {
  type BoundedLaw,
  COMPONENT_LAWS,
  COMPONENTS_OF_CLASS,
  cumulativeOf,
  lawOfBatch,
  lawOfClass,
  quantileOf,
  summarizeSum,
} from '../../../harness/targets/sandbox/latency-law.ts'
import { describe } from '../../kit/suite.ts'

const SEED = 20_261_121
const DRAWS = 20_000

const laws = Object.entries(COMPONENT_LAWS).filter(
  (entry): entry is [string, BoundedLaw] => entry[1] !== null,
)

function drawsOf(name: string, law: BoundedLaw, seed = SEED): number[] {
  return Array.from({ length: DRAWS }, (_, index) => quantileOf(law, uniformAt(seed, keyOf(name), index)))
}

/** Largest distance between the draws and the law's distribution function. */
function kolmogorovDistance(draws: readonly number[], law: BoundedLaw): number {
  const sorted = draws.toSorted((a, b) => a - b)
  return Math.max(
    ...sorted.map((value, rank) => {
      const expected = cumulativeOf(law, value)
      return Math.max(expected - rank / sorted.length, (rank + 1) / sorted.length - expected)
    }),
  )
}

describe('the latency law', (test) => {
  test('keeps the promised ranges', () => {
    const ranges = Object.fromEntries(laws.map(([name, { minMs, maxMs }]) => [name, [minMs, maxMs]]))

    assert.equal(ranges, {
      policy: [5, 25],
      llm: [20, 80],
      expert: [10, 60],
      'event-store': [1.5, 3.5],
      batch: [1_000, 4_000],
    })
  })

  test('draws inside the range, rising with the uniform draw', () => {
    const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    for (const [, law] of laws) {
      fc.assert(
        fc.property(uniform, uniform, (u, v) => {
          const [low, high] = [quantileOf(law, Math.min(u, v)), quantileOf(law, Math.max(u, v))]
          return low >= law.minMs && high <= law.maxMs && low <= high
        }),
      )
    }
  })

  test('has a distribution function that undoes the quantile', () => {
    for (const [, law] of laws)
      for (const u of [0, 0.01, 0.5, 0.9, 0.999])
        assert.ok(Math.abs(cumulativeOf(law, quantileOf(law, u)) - u) < 1e-12)
  })

  test('gives seeded draws that fit it (Kolmogorov-Smirnov, 1 % level)', () => {
    for (const [name, law] of laws) {
      const distance = kolmogorovDistance(drawsOf(name, law), law)
      assert.ok(distance < 1.63 / Math.sqrt(DRAWS), `${name}: ${distance}`)
    }
  })

  test('rejects draws of another law by the same measure', () => {
    const { policy, llm } = COMPONENT_LAWS
    const wrong = { ...(policy as BoundedLaw), a: 1.8 }

    assert.ok(kolmogorovDistance(drawsOf('policy', policy as BoundedLaw), wrong) > 1.63 / Math.sqrt(DRAWS))
    assert.not.equal(llm, policy)
  })

  test('gives the same draws for the same seed and others for another', () => {
    const law = COMPONENT_LAWS.policy as BoundedLaw

    assert.equal(drawsOf('a/policy', law), drawsOf('a/policy', law))
    assert.not.equal(drawsOf('a/policy', law), drawsOf('a/policy', law, SEED + 1))
    assert.not.equal(drawsOf('a/policy', law), drawsOf('b/policy', law))
  })

  test('summarizes one component as its closed form does', () => {
    const law = COMPONENT_LAWS.policy as BoundedLaw
    const summary = summarizeSum([law])

    // b * B(1 + 1/a, b) for a = 2, b = 5 is 256 / 693.
    assert.ok(Math.abs(summary.meanMs - (5 + 20 * (256 / 693))) < 0.01)
    assert.ok(Math.abs(summary.p50Ms - quantileOf(law, 0.5)) < 0.05)
    assert.ok(Math.abs(summary.p99Ms - quantileOf(law, 0.99)) < 0.05)
  })

  test('summarizes the sum of a class as simulation does', () => {
    const parts = COMPONENTS_OF_CLASS.complex.flatMap((name) => {
      const law = COMPONENT_LAWS[name]
      return law === null ? [] : [drawsOf(`simulated/${name}`, law)]
    })
    const totals = Array.from({ length: DRAWS }, (_, index) =>
      parts.reduce((sum, draws) => sum + (draws[index] ?? Number.NaN), 0),
    ).sort((a, b) => a - b)
    const summary = lawOfClass('complex')

    assert.ok(Math.abs(summary.meanMs - totals.reduce((a, b) => a + b) / DRAWS) < 0.5)
    assert.ok(Math.abs(summary.p50Ms - (totals[DRAWS * 0.5] ?? Number.NaN)) < 0.6)
    assert.ok(Math.abs(summary.p95Ms - (totals[DRAWS * 0.95] ?? Number.NaN)) < 0.8)
    assert.ok(Math.abs(summary.p99Ms - (totals[DRAWS * 0.99] ?? Number.NaN)) < 1.2)
  })

  test('lets a batch take seconds', () => {
    const { meanMs, p50Ms, maxMs } = lawOfBatch()
    // 1 s + 3 s * b * B(1 + 1/a, b), as above.
    assert.ok(Math.abs(meanMs - (1_000 + 3_000 * (256 / 693))) < 0.01)
    assert.ok(p50Ms > 2_000)
    assert.is(maxMs, 4_000)
  })

  test('leaves safe operations far inside 100 ms, and complex ones slower than risky ones', () => {
    const [safe, risky, complex] = OPERATION_CLASSES.map(lawOfClass)

    assert.ok((safe?.maxMs ?? Number.NaN) < 50)
    assert.ok((risky?.p50Ms ?? 0) > (safe?.p99Ms ?? 0))
    assert.ok((complex?.p50Ms ?? 0) > (risky?.p50Ms ?? 0))
  })
})
