import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { SlowestRequests } from '../../harness/cluster/slowest-requests.ts'
import { SLOWEST_PER_STEP, type SlowRequest } from '../../harness/model/interval-snapshot.ts'
import { describe } from '../kit/suite.ts'

function aSlowRequest(changes: Partial<SlowRequest> = {}): SlowRequest {
  return {
    phase: 'steady',
    step: 'get',
    responseTimeMs: 10,
    serviceTimeMs: 9,
    connectTimeMs: null,
    atMs: 1_000,
    agent: 0,
    status: 200,
    errorKind: 'none',
    traceId: null,
    ...changes,
  }
}

const anyRequests = fc
  .array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat({ max: 20 }), fc.nat({ max: 9 })), { maxLength: 60 })
  .map((requests) =>
    requests.map(([step, responseTimeMs, atMs], agent) =>
      aSlowRequest({ step, responseTimeMs, atMs, agent }),
    ),
  )

function listOf(requests: readonly SlowRequest[]) {
  const slowest = new SlowestRequests()
  for (const request of requests) slowest.add(request)
  return slowest.list()
}

describe('SlowestRequests', (test) => {
  test('keeps of each step what a sort of everything puts first', () => {
    fc.assert(
      fc.property(anyRequests, (requests) => {
        const list = listOf(requests)
        const steps = [...new Set(requests.map(({ step }) => step))].sort()
        assert.equal(
          list.map(({ step }) => step),
          steps,
        )
        for (const { step, requests: kept } of list) {
          const times = requests.filter((request) => request.step === step).map((one) => one.responseTimeMs)
          assert.equal(
            kept.map(({ responseTimeMs }) => responseTimeMs),
            times.sort((a, b) => b - a).slice(0, SLOWEST_PER_STEP),
          )
        }
      }),
    )
  })

  test('gives the same whatever the order in which requests come', () => {
    fc.assert(
      fc.property(
        anyRequests.chain((requests) =>
          fc.tuple(
            fc.constant(requests),
            fc.shuffledSubarray(requests, { minLength: requests.length, maxLength: requests.length }),
          ),
        ),
        ([requests, shuffled]) => assert.equal(listOf(requests), listOf(shuffled)),
      ),
    )
  })

  test('takes a step of several phases for one, and says the phase of each request', () => {
    const [{ requests = [] } = {}] = listOf([
      aSlowRequest({ phase: 'peak', responseTimeMs: 30 }),
      aSlowRequest({ phase: 'ramp', responseTimeMs: 40 }),
    ])

    assert.equal(
      requests.map(({ phase, responseTimeMs }) => [phase, responseTimeMs]),
      [
        ['ramp', 40],
        ['peak', 30],
      ],
    )
  })
})
