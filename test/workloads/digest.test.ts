import * as assert from 'uvu/assert'
import type { CurvePlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { countArrivals } from '../../harness/workloads/arrivals.ts'
import { combineDigests, digestShare, plannedStarts } from '../../harness/workloads/digest.ts'
import { aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const ramp: CurvePlan = { kind: 'ramp', from: 10, to: 90, durationMs: 10_000 }
const constant = aWorkload({ model: 'open', curve: ramp })
const poisson = aWorkload({ model: 'open', arrivals: 'poisson', curve: ramp })
const closed = aWorkload({ model: 'closed', curve: ramp })

function whole(workload: WorkloadPlan, seed: number, shardCount = 1) {
  const shards = Array.from({ length: shardCount }, (_, shard) =>
    digestShare({ workloads: [workload], seed }, shard, shardCount),
  )
  return combineDigests(shards)
}

describe('digests of shares', (test) => {
  for (const [name, workload] of Object.entries({ constant, poisson, closed })) {
    test(`of a ${name} workload add up to the same plan over 1, 2 and 4 shards`, () => {
      const one = whole(workload, 7)

      assert.match(one.digest, /^[0-9a-f]{16}$/)
      assert.equal(whole(workload, 7, 2), one)
      assert.equal(whole(workload, 7, 4), one)
    })

    test(`of a ${name} workload change with the seed`, () => {
      assert.is.not(whole(workload, 7).digest, whole(workload, 8).digest)
    })
  }

  test('count the arrivals of an open plan', () => {
    assert.is(whole(poisson, 7).starts, countArrivals(poisson, 7))
    assert.is(whole(constant, 7).starts, 500)
  })

  test('count the agent-seconds of a closed plan', () => {
    assert.is(
      whole(aWorkload({ model: 'closed', curve: { kind: 'constant', value: 5, durationMs: 4_000 } }), 1)
        .starts,
      20,
    )
  })

  test('count those of the agents that have joined, over any number of shards', () => {
    const curve: CurvePlan = { kind: 'constant', value: 5, durationMs: 4_000 }
    const joining = aWorkload({ model: 'closed', curve, join: { perSec: 2, durationMs: 2_500 } })

    // One at the start, three after a second, five from then on.
    assert.is(whole(joining, 1).starts, 1 + 3 + 5 + 5)
    assert.equal(whole(joining, 1, 4), whole(joining, 1))
  })

  test('are counted beforehand without going through them, however many there are', () => {
    for (const workload of [constant, closed])
      assert.is(plannedStarts({ workloads: [{ ...workload, expectedIterations: null }] }), 500)
    const day: CurvePlan = { kind: 'constant', value: 1e6, durationMs: 86_400_000 }
    assert.is(plannedStarts({ workloads: [aWorkload({ model: 'closed', curve: day })] }), 86_400_000_000)
    assert.is(countArrivals(aWorkload({ model: 'open', arrivals: 'poisson', curve: day }), 7), 86_400_000_000)
  })

  test('change when a single agent or arrival is missing', () => {
    const shares = [0, 1].map((shard) => digestShare({ workloads: [constant], seed: 7 }, shard, 2))
    const shorter = aWorkload({ model: 'open', curve: { ...ramp, to: 89.8 } })

    assert.is.not(combineDigests(shares.slice(0, 1)).digest, combineDigests(shares).digest)
    assert.is.not(whole(shorter, 7).digest, whole(constant, 7).digest)
  })
})
