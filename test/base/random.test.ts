import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { indexByWeight, keyOf, Random, seedFromChance, uniformAt } from '../../harness/base/random.ts'
import { describe } from '../kit/suite.ts'

const numbers = (amount: number) => Array.from({ length: amount }, (_, i) => i)
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Chi-square statistic of draws over 100 equal bins; above 149 has a probability of one in a thousand. */
function chiSquareOf(draws: readonly number[]): number {
  const bins = new Array<number>(100).fill(0)
  for (const draw of draws) bins[Math.floor(draw * 100)]! += 1
  const expected = draws.length / 100
  return bins.reduce((sum, amount) => sum + (amount - expected) ** 2 / expected, 0)
}

describe('uniformAt', (test) => {
  test('lies in [0, 1) and depends on its address only', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.nat(), (seed, key, index) => {
        const draw = uniformAt(seed, key, index)
        assert.ok(draw >= 0 && draw < 1, `${draw}`)
        assert.is(uniformAt(seed, key, index), draw)
      }),
    )
  })

  test('is uniform along each part of its address: index, key and seed', () => {
    const along = {
      index: numbers(50_000).map((i) => uniformAt(42, 7, i)),
      key: numbers(50_000).map((i) => uniformAt(42, i, 3)),
      seed: numbers(50_000).map((i) => uniformAt(i, 7, 3)),
    }
    for (const [part, draws] of Object.entries(along))
      assert.ok(chiSquareOf(draws) < 149, `${part}: chi-square ${chiSquareOf(draws)}`)
  })

  test('has neighbouring draws that know nothing of each other', () => {
    const draws = numbers(50_000).map((i) => uniformAt(1, 1, i) - 0.5)
    const correlation = meanOf(draws.slice(1).map((draw, i) => draw * draws[i]!)) * 12

    assert.ok(Math.abs(correlation) < 0.02, `correlation ${correlation}`)
  })
})

describe('Random', (test) => {
  test('gives the same draws for the same seed and key, others for another', () => {
    const draws = (seed: number, key: number | string) => {
      const random = new Random(seed, key)
      return numbers(5).map(() => random.float())
    }
    assert.equal(draws(1, 'a'), draws(1, 'a'))
    assert.not.equal(draws(1, 'a'), draws(2, 'a'))
    assert.not.equal(draws(1, 'a'), draws(1, 'b'))
    assert.equal(draws(1, keyOf('a')), draws(1, 'a'))
  })

  test('draws whole numbers with both ends, all alike', () => {
    const random = new Random(1)
    const draws = numbers(6_000).map(() => random.integer(3, 5))

    assert.equal([...new Set(draws)].sort(), [3, 4, 5])
    for (const value of [3, 4, 5]) {
      const amount = draws.filter((draw) => draw === value).length
      assert.ok(Math.abs(amount - 2_000) < 150, `${value} came ${amount} times`)
    }
  })

  test('draws exponential and normal times with the mean and spread asked for', () => {
    const random = new Random(1)
    const exponential = numbers(20_000).map(() => random.exponential(40))
    const normal = numbers(20_000).map(() => random.normal(40, 5))
    const spread = Math.sqrt(meanOf(normal.map((value) => (value - 40) ** 2)))

    assert.ok(Math.abs(meanOf(exponential) - 40) < 1.2, `mean ${meanOf(exponential)}`)
    assert.ok(exponential.every((value) => value >= 0 && Number.isFinite(value)))
    assert.ok(Math.abs(meanOf(normal) - 40) < 0.2, `mean ${meanOf(normal)}`)
    assert.ok(Math.abs(spread - 5) < 0.15, `spread ${spread}`)
  })

  test('draws ranges, chances and picks', () => {
    const random = new Random(1)
    const between = numbers(1_000).map(() => random.between(10, 20))
    const chances = numbers(10_000).filter(() => random.chance(0.2)).length
    const picks = new Set(numbers(100).map(() => random.pick(['a', 'b', 'c'])))

    assert.ok(between.every((value) => value >= 10 && value < 20))
    assert.ok(Math.abs(chances - 2_000) < 150, `${chances} of 10,000`)
    assert.is(picks.size, 3)
  })

  test('shuffles a copy, every order alike', () => {
    const random = new Random(1)
    const items = ['a', 'b', 'c']
    const orders = new Map<string, number>()
    for (let i = 0; i < 6_000; i++) {
      const order = random.shuffle(items).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    assert.equal(items, ['a', 'b', 'c'])
    assert.is(orders.size, 6)
    for (const [order, amount] of orders) assert.ok(Math.abs(amount - 1_000) < 120, `${order}: ${amount}`)
  })
})

describe('indexByWeight', (test) => {
  test('gives each index its share of the draws, none to a weight of zero', () => {
    const cumulative = [70, 70, 90, 100]
    const indexes = numbers(1_000).map((i) => indexByWeight(cumulative, i / 1_000))

    assert.equal(
      [0, 1, 2, 3].map((index) => indexes.filter((seen) => seen === index).length),
      [700, 0, 200, 100],
    )
  })
})

describe('seedFromChance', (test) => {
  test('is a 32-bit number, a new one each time', () => {
    const seeds = numbers(20).map(seedFromChance)

    assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
    assert.ok(new Set(seeds).size > 15)
  })
})
