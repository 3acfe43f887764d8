import * as assert from 'uvu/assert'
import { createFeeder, type FeederShare } from '../../harness/engine/feeder.ts'
import type { FeederPlan } from '../../harness/model/plan.ts'
import { describe } from '../kit/suite.ts'

const rows = Array.from({ length: 10 }, (_, i) => ({ row: String(i) }))
const numbers = (amount: number) => Array.from({ length: amount }, (_, i) => i)

/** Rows that `amount` takes give, '-' for none. */
function taken(
  mode: FeederPlan['mode'],
  amount: number,
  share: Partial<FeederShare> = {},
  from = rows,
): string[] {
  const feeder = createFeeder('users', { mode, rows: from }, { seed: 1, shard: 0, shardCount: 1, ...share })
  return numbers(amount).map((i) => feeder.take(0, i)?.['row'] ?? '-')
}

/** What all shards together take. */
function takenByAll(mode: FeederPlan['mode'], shardCount: number, amountEach: number): string[] {
  return numbers(shardCount).flatMap((shard) => taken(mode, amountEach, { shard, shardCount }))
}

const inOrder = numbers(10).map(String)

describe('feeders', (test) => {
  test('unique: each row once, then none', () => {
    assert.equal(taken('unique', 12), [...inOrder, '-', '-'])
  })

  test('unique: never the same row on two threads, and all of them in the end', () => {
    assert.equal(
      takenByAll('unique', 3, 4)
        .filter((row) => row !== '-')
        .sort(),
      inOrder,
    )
    assert.equal(
      takenByAll('unique', 12, 1)
        .filter((row) => row !== '-')
        .sort(),
      inOrder,
    )
  })

  test('circular: around and around, each thread its own rows', () => {
    assert.equal(taken('circular', 12), [...inOrder, '0', '1'])
    assert.equal(taken('circular', 5, { shard: 1, shardCount: 4 }), ['1', '5', '9', '1', '5'])
  })

  test('circular: all rows for a thread that would have none', () => {
    assert.equal(taken('circular', 3, { shard: 11, shardCount: 12 }), ['0', '1', '2'])
  })

  test('shuffle: every row once a round, in an order of the seed, split over threads', () => {
    const order = taken('shuffle', 10)

    assert.equal([...order].sort(), inOrder)
    assert.not.equal(order, inOrder)
    assert.equal(taken('shuffle', 10), order)
    assert.not.equal(taken('shuffle', 10, { seed: 2 }), order)
    assert.equal(takenByAll('shuffle', 2, 5).sort(), inOrder)
  })

  test('random: any row, the same for the same agent and iteration on whatever thread', () => {
    const many = taken('random', 1_000)
    const counts = inOrder.map((row) => many.filter((other) => other === row).length)

    assert.ok(Math.min(...counts) > 60 && Math.max(...counts) < 140, counts.join(' '))
    assert.equal(taken('random', 20, { shard: 3, shardCount: 4 }), many.slice(0, 20))
  })

  test('per-agent: one row for life, by identity, on whatever thread', () => {
    const one = createFeeder('users', { mode: 'per-agent', rows }, { seed: 1, shard: 0, shardCount: 1 })
    const other = createFeeder('users', { mode: 'per-agent', rows }, { seed: 9, shard: 2, shardCount: 3 })

    assert.equal(
      [0, 1, 2].map((iteration) => one.take(7, iteration)),
      [rows[7], rows[7], rows[7]],
    )
    assert.is(one.take(12, 0), rows[2])
    assert.is(other.take(12, 5), rows[2])
  })
})
