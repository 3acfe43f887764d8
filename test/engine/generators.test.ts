import * as assert from 'uvu/assert'
import { Random } from '../../harness/base/random.ts'
import { allocateTakenRows, createFeeder } from '../../harness/engine/feeder.ts'
import { createGenerator } from '../../harness/engine/generators.ts'
import type { GeneratorPlan } from '../../harness/model/plan/generator-schema.ts'
import { describe } from '../kit/suite.ts'

const SEED = 7
/** So many values of a law. */
function made(plan: GeneratorPlan, amount: number): string[] {
  const generate = createGenerator(plan, SEED)
  return Array.from({ length: amount }, (_, i) => generate(new Random(SEED, i), i))
}
const keys = (plan: GeneratorPlan, amount: number) => made(plan, amount).map(Number)
const shareOf = (key: number, all: readonly number[]) =>
  all.filter((each) => each === key).length / all.length
const feederOf = (seed: number) => {
  const place = { seed, taken: new Uint32Array(allocateTakenRows(1)), index: 0 }
  return createFeeder(
    'key',
    {
      mode: 'circular',
      rows: [],
      generate: { id: { law: 'zipf', max: 1e6 }, n: { law: 'sequence', max: 3 } },
    },
    place,
  )
}

describe('Generated keys', (test) => {
  test('in sequence go from 1 to max and round again', () => {
    assert.equal(keys({ law: 'sequence', max: 3 }, 7), [1, 2, 3, 1, 2, 3, 1])
  })

  test('that are uniform reach both ends, each as often as any other', () => {
    const all = keys({ law: 'uniform', max: 4 }, 8_000)
    for (const key of [1, 2, 3, 4]) assert.ok(Math.abs(shareOf(key, all) - 0.25) < 0.02, `${key}`)
  })

  test('by Zipf are as popular as the law says, whatever its exponent', () => {
    for (const exponent of [0.5, 0.99, 1, 1.5]) {
      const max = 1000
      const all = keys({ law: 'zipf', max, exponent }, 40_000)
      const total = Array.from({ length: max }, (_, i) => (i + 1) ** -exponent).reduce((sum, x) => sum + x)
      for (const key of [1, 2, 10])
        assert.ok(Math.abs(shareOf(key, all) - key ** -exponent / total) < 0.01, `${exponent}: ${key}`)
      assert.ok(Math.min(...all) === 1 && Math.max(...all) <= max)
    }
  })

  test('by Zipf need no table: one key, and four thousand million', () => {
    assert.equal(keys({ law: 'zipf', max: 1 }, 3), [1, 1, 1])
    assert.ok(keys({ law: 'zipf', max: 2 ** 32 }, 100).every((key) => key >= 1 && key <= 2 ** 32))
  })

  test('that are gaussian lie around their mean and never beyond the ends', () => {
    const all = keys({ law: 'gaussian', max: 100, mean: 20, deviation: 30 }, 20_000)
    assert.ok(all.every((key) => key >= 1 && key <= 100))
    assert.ok(shareOf(1, all) < 0.02, 'cut draws do not pile up at an end')
    const middle = keys({ law: 'gaussian', max: 99 }, 20_000)
    assert.ok(Math.abs(middle.reduce((sum, key) => sum + key) / middle.length - 50) < 1)
  })
})

describe('Generated values', (test) => {
  const lengths = (plan: GeneratorPlan, amount: number) => made(plan, amount).map(({ length }) => length)

  test('have one size, one of a range, or sizes by weight', () => {
    assert.equal(lengths({ law: 'value', bytes: 32 }, 3), [32, 32, 32])
    assert.ok(lengths({ law: 'value', bytes: [4, 6] }, 200).every((length) => length >= 4 && length <= 6))
    const weighted = lengths(
      {
        law: 'value',
        bytes: [
          { bytes: 8, weight: 3 },
          { bytes: 200_000, weight: 1 },
        ],
      },
      400,
    )
    assert.ok(Math.abs(shareOf(200_000, weighted) - 0.25) < 0.06)
    assert.equal(
      [...new Set(weighted)].sort((a, b) => a - b),
      [8, 200_000],
    )
  })

  test('are single bytes, and differ', () => {
    const values = made({ law: 'value', bytes: 24 }, 50)
    assert.ok(values.every((value) => /^[a-zA-Z0-9]{24}$/.test(value)))
    assert.is(new Set(values).size, 50)
  })
})

describe('A generated feeder', (test) => {
  test('makes the same rows for the same seed, agent and iteration, on any thread', () => {
    const ids = (seed: number) => [0, 1, 2].map((iteration) => feederOf(seed).take(4, iteration)?.['id'])
    assert.equal(ids(1), ids(1))
    assert.not.equal(ids(1), ids(2))
    assert.not.equal(feederOf(1).take(4, 0)?.['id'], feederOf(1).take(5, 0)?.['id'])
  })

  test('goes on with its sequence over all agents', () => {
    const feeder = feederOf(1)
    assert.equal(
      [9, 2, 9, 5].map((agent) => feeder.take(agent, 0)?.['n']),
      ['1', '2', '3', '1'],
    )
  })
})
