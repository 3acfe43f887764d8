import * as assert from 'uvu/assert'
import { countArrivals } from '../../harness/workloads/arrivals.ts'
import { constantRatePattern } from '../../harness/workloads/constant-rate.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

describe('constant-rate', (test) => {
  test('plans rate times duration arrivals, evenly spaced and queued unless told otherwise', () => {
    const plan = resolved(constantRatePattern, { rate: '500/s', duration: '10s' })

    assert.is(countArrivals(plan, 1), 5_000)
    assert.equal([plan.model, plan.arrivals, plan.whenBusy, plan.agents], ['open', 'constant', 'queue', null])
  })

  test('takes Poisson arrivals, drops, and a bound on agents', () => {
    const plan = resolved(constantRatePattern, {
      rate: '30/m',
      duration: '10s',
      arrivals: 'poisson',
      whenBusy: 'drop',
      agents: 3,
    })

    assert.equal(plan.curve, { kind: 'constant', value: 0.5, durationMs: 10_000 })
    assert.equal([plan.arrivals, plan.whenBusy, plan.agents], ['poisson', 'drop', 3])
  })

  test('needs a rate and a duration', () => {
    assert.not.ok(constantRatePattern.configSchema.safeParse({ rate: '500/s' }).success)
    assert.not.ok(constantRatePattern.configSchema.safeParse({ duration: '10s' }).success)
  })
})
