import * as assert from 'uvu/assert'
import { allocateTakenRows, createFeeder, type Feeder } from '../../harness/engine/feeder.ts'
import type { FeederPlan } from '../../harness/model/plan.ts'
import { describe } from '../kit/suite.ts'

const rows = Array.from({ length: 10 }, (_, i) => ({ row: String(i) }))
const numbers = (amount: number) => Array.from({ length: amount }, (_, i) => i)

/** Accesses of several threads to one feeder. */
function feedersOf(mode: FeederPlan['mode'], threads = 1, seed = 1): Feeder[] {
  const taken = new Uint32Array(allocateTakenRows(2))
  return numbers(threads).map(() => createFeeder('users', { mode, rows }, { seed, taken, index: 1 }))
}

/** Rows that the threads take, `amount` of them in turn or by the thread that `threadOf` names, '-' for none. */
function taken(
  feeders: readonly Feeder[],
  amount: number,
  threadOf = (take: number) => take % feeders.length,
): string[] {
  return numbers(amount).map((i) => feeders[threadOf(i)]?.take(0, i)?.['row'] ?? '-')
}

const inOrder = numbers(10).map(String)

describe('feeders', (test) => {
  test('unique: each row once, then none', () => {
    assert.equal(taken(feedersOf('unique'), 12), [...inOrder, '-', '-'])
  })

  test('unique: each row once over all threads, and none dry while another has rows', () => {
    assert.equal(taken(feedersOf('unique', 3), 13), [...inOrder, '-', '-', '-'])
    const last = 3
    assert.equal(
      taken(feedersOf('unique', 4), 11, () => last),
      [...inOrder, '-'],
    )
  })

  test('circular: around and around', () => {
    assert.equal(taken(feedersOf('circular'), 12), [...inOrder, '0', '1'])
  })

  test('circular: the same rows on several threads as on one, whichever takes them', () => {
    const uneven = (take: number) => (take % 5 === 0 ? 2 : 0)

    assert.equal(taken(feedersOf('circular', 4), 23), taken(feedersOf('circular'), 23))
    assert.equal(taken(feedersOf('circular', 4), 23, uneven), taken(feedersOf('circular'), 23))
  })

  test('shuffle: every row once a round, in an order of the seed, on however many threads', () => {
    const order = taken(feedersOf('shuffle'), 10)

    assert.equal([...order].sort(), inOrder)
    assert.not.equal(order, inOrder)
    assert.equal(taken(feedersOf('shuffle'), 20), [...order, ...order])
    assert.equal(taken(feedersOf('shuffle', 3), 20), [...order, ...order])
    assert.not.equal(taken(feedersOf('shuffle', 1, 2), 10), order)
  })

  test('random: any row, the same for the same agent and iteration on whatever thread', () => {
    const many = taken(feedersOf('random'), 1_000)
    const counts = inOrder.map((row) => many.filter((other) => other === row).length)

    assert.ok(Math.min(...counts) > 60 && Math.max(...counts) < 140, counts.join(' '))
    assert.equal(taken(feedersOf('random', 4), 20), many.slice(0, 20))
  })

  test('per-agent: one row for life, by identity, on whatever thread', () => {
    const [one, other] = feedersOf('per-agent', 2) as [Feeder, Feeder]

    assert.equal(
      [0, 1, 2].map((iteration) => one.take(7, iteration)),
      [rows[7], rows[7], rows[7]],
    )
    assert.is(one.take(12, 0), rows[2])
    assert.is(other.take(12, 5), rows[2])
  })
})
