import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { agentsAt, localAgentsAt, populationOf, presentAt } from '../../harness/workloads/population.ts'
import { anyCurve } from '../kit/any-curve.ts'
import { describe } from '../kit/suite.ts'

describe('population', (test) => {
  test('rounds the demand half up', () => {
    const curve = compileCurve({ kind: 'ramp', from: 0, to: 10, durationMs: 1_000 })

    assert.equal(
      [0, 49, 50, 149, 150, 960].map((atMs) => agentsAt(curve, atMs)),
      [0, 0, 1, 1, 2, 10],
    )
  })

  test('wants nobody after the end', () => {
    const curve = compileCurve({ kind: 'constant', value: 10, durationMs: 1_000 })

    assert.is(agentsAt(curve, 1_000), 0)
    assert.is(localAgentsAt(curve, 1_000, 0, 4), 0)
  })

  test('gives the first shards one agent more when the number does not divide', () => {
    const curve = compileCurve({ kind: 'constant', value: 10, durationMs: 1_000 })

    assert.equal(
      [0, 1, 2, 3].map((shard) => localAgentsAt(curve, 0, shard, 4)),
      [3, 3, 2, 2],
    )
  })

  test('shares the iterations of a run out exactly, over any number of shards and agents', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5_000 }),
        (agents, shardCount, count) => {
          const curve = { kind: 'constant', value: agents, durationMs: 1_000 } as const
          const plan = { curve, join: null, iterations: { count, of: 'run' } } as const
          const shares = Array.from({ length: shardCount }, (_, shard) =>
            populationOf(plan, shard, shardCount),
          )
          const counts = shares.map(({ iterations }) => iterations?.count ?? 0)
          assert.is(
            counts.reduce((sum, each) => sum + each, 0),
            count,
          )
          // A shard without agents could not begin one.
          assert.ok(counts.every((each, shard) => each === 0 || shard < agents))
        },
      ),
    )
  })

  test('lets agents join one by one, each at the same instant over any number of shards', () => {
    const plan = {
      curve: { kind: 'constant', value: 1_000, durationMs: 10_000 } as const,
      join: { perSec: 300, durationMs: 3_340 },
    }
    const curve = compileCurve(plan.curve)
    for (const shardCount of [1, 2, 4]) {
      const shards = Array.from({ length: shardCount }, (_, shard) => populationOf(plan, shard, shardCount))
      const instants = shards.flatMap(({ joining, identityOf }) =>
        Array.from({ length: 1_000 / shardCount }, (_, agent) => [
          identityOf(agent),
          joining?.joinsAtMs(agent),
        ]),
      )
      assert.equal(new Map(instants as [number, number][]).get(600), 2_000)
      assert.is(new Set(instants.map(([, atMs]) => atMs)).size, 1_000)
      for (const atMs of [0, 999, 1_000, 3_339]) {
        const joined = shards.reduce((sum, { joining }) => sum + (joining?.joinedBy(atMs) ?? 0), 0)
        assert.is(Math.min(joined, 1_000), presentAt(curve, plan.join, atMs))
      }
    }
    assert.equal(
      [0, 999, 1_000, 3_330, 3_340, 10_000].map((atMs) => presentAt(curve, plan.join, atMs)),
      [1, 300, 301, 1_000, 1_000, 0],
    )
  })

  test('shares that add up to the plan at every instant, over any number of shards', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(anyCurve, share, fc.integer({ min: 1, max: 9 }), (plan, at, shardCount) => {
        const curve = compileCurve(plan)
        const atMs = at * curve.durationMs
        let sum = 0
        for (let shard = 0; shard < shardCount; shard++) sum += localAgentsAt(curve, atMs, shard, shardCount)
        assert.is(sum, agentsAt(curve, atMs))
      }),
    )
  })
})
