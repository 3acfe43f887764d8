import * as assert from 'uvu/assert'
import type { RetryOp } from '../../harness/engine/program.ts'
import { FIRST_ESCALATION_COLUMN } from '../../harness/engine/shard-memory.ts'
import { ERROR_KIND_INDEX, ERROR_KINDS, type ErrorKind } from '../../harness/model/outcome.ts'
import type { WorkloadPlan } from '../../harness/model/plan.ts'
import { createRig, durationsMs, RIG_START_MS, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

/** Arrivals one second apart, each with an agent of its own. */
const arrivals = (amount: number): Partial<WorkloadPlan> => ({
  agents: amount,
  curve: { kind: 'constant', value: 1, durationMs: amount * 1_000 },
})
/** Two thousand arrivals, and a second in which the last of them ends. */
const manyArrivals: Partial<WorkloadPlan> = {
  agents: 50,
  curve: { kind: 'steps', values: [1_000, 1_000, 0], stepMs: 1_000 },
}

function retryOp(on: readonly ErrorKind[], changes: Partial<RetryOp['backoff']> = {}, attempts = 3): RetryOp {
  return {
    attempts,
    on: ERROR_KINDS.map((kind) => on.includes(kind)),
    backoff: { baseMs: 100, factor: 2, maxMs: 10_000, jitterRatio: 0, ...changes },
  }
}

type Ended = Awaited<ReturnType<typeof runRig>>
/** Gaps between the starts of requests, whole ms. */
function gapsOf({ target }: Ended): number[] {
  const starts = target.requests.map(({ startedMs }) => startedMs)
  return starts.slice(1).map((startedMs, i) => Math.round(startedMs - starts[i]!))
}
const namedOf = (request: unknown) => (request as { name: string }).name
const namesOf = ({ target }: Ended) => target.requests.map(({ request }) => namedOf(request))
const named = (name: string) => ({ step: name, request: { name } })
const countsOf = ({ seen }: Ended, step: string) => seen.steps.find((counts) => counts.step === step)

describe('Walker, steps', (test) => {
  test('walks them in order, each intended when the one before was done', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      ops: (request) => [request(named('a')), request(named('b')), request(named('c'))],
    })

    assert.equal(namesOf(rig), ['a', 'b', 'c'])
    assert.equal(gapsOf(rig), [10, 10])
    assert.is(rig.seen.dispatch.iterations, 1)
    assert.ok(durationsMs(rig.seen, 'start_delay', 'b').every((ms) => ms < 0.1))
  })

  test('stops at a step that fails: no later step, no iteration', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: [{ delayMs: 10 }, { delayMs: 10, error: 'reset' }],
      ops: (request) => [request(named('a')), request(named('b')), request(named('c'))],
    })

    assert.equal(namesOf(rig), ['a', 'b'])
    assert.is(countsOf(rig, 'b')?.errored, 1)
    assert.is(rig.seen.dispatch.iterations, 0)
  })

  test('judges an answer: a bad one failed, with its kind', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: [{ delayMs: 10, status: 500 }],
      ops: (request) => [
        request({
          judge: (exchange) => {
            if (exchange.status >= 400) exchange.errorKind = ERROR_KIND_INDEX.status
          },
        }),
      ],
    })

    assert.equal([countsOf(rig, 'step')?.failed, countsOf(rig, 'step')?.errors], [1, { status: 1 }])
    assert.is(durationsMs(rig.seen, 'service_time').length, 1)
  })

  test('takes variables out of good answers only', async () => {
    const rig = createRig({
      workload: { ...arrivals(1), session: { journeys: { min: 9, max: 9 }, pause: { minMs: 0, maxMs: 0 } } },
      script: ({ number }) =>
        number === 0 ? { delayMs: 10, body: 'cart-5' } : { delayMs: 10, error: 'reset' },
      ops: (request) => [
        request({
          keepAnswer: true,
          extract: (exchange, set) => {
            set('cart', exchange.body?.toString() ?? 'nothing')
            return null
          },
        }),
      ],
    })
    const running = rig.engine.run()
    await rig.clock.advance(50)
    assert.is(rig.variables.get(0, 'cart'), 'cart-5')
    rig.engine.stop(0)
    await rig.clock.advance(10)
    await running
  })

  test('fails the step whose extraction finds nothing, unsets the variable, and walks no further', async () => {
    const bodies = ['cart-5', '']
    const rig = await runRig({
      workload: { ...arrivals(1), session: { journeys: { min: 2, max: 2 }, pause: { minMs: 0, maxMs: 0 } } },
      script: ({ request }) =>
        namedOf(request) === 'cart' ? { delayMs: 10, body: bodies.shift() ?? '' } : { delayMs: 10 },
      ops: (request) => [
        request({
          ...named('cart'),
          keepAnswer: true,
          extract: (exchange, set) => {
            const found = exchange.body?.toString() || undefined
            set('cart', found)
            return found === undefined ? 'cart: nothing at json:id' : null
          },
        }),
        request(named('pay')),
      ],
    })

    assert.equal(namesOf(rig), ['cart', 'pay', 'cart'])
    assert.equal(
      [countsOf(rig, 'cart')?.ok, countsOf(rig, 'cart')?.failed, countsOf(rig, 'cart')?.errors],
      [1, 1, { extraction: 1 }],
    )
    assert.equal([countsOf(rig, 'pay')?.ok, countsOf(rig, 'pay')?.failed], [1, 0])
  })

  test('lets a response travel: the next step is intended a network delay later', async () => {
    const regions = [{ name: 'far', weight: 1, timeZone: 'UTC', networkDelayMs: 40 }]
    const rig = await runRig({
      workload: { ...arrivals(1), regions },
      ops: (request) => [request(), request()],
    })

    assert.equal(gapsOf(rig), [50])
    assert.ok(durationsMs(rig.seen, 'response_time').every((ms) => Math.round(ms) >= 50 && ms < 52))
    assert.ok(durationsMs(rig.seen, 'service_time').every((ms) => Math.round(ms) === 10))
  })
})

describe('Walker, think time', (test) => {
  const think = { kind: 'think', minMs: 100, maxMs: 100 } as const

  test('intends the next step when think time was due to end', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      ops: (request) => [request(named('a')), think, request(named('b'))],
    })

    assert.equal(gapsOf(rig), [110])
    assert.ok(durationsMs(rig.seen, 'start_delay', 'b').every((ms) => ms <= 1))
  })

  test('shows connecting as the connect time of each step, and as no start delay', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: ({ number }) => ({ delayMs: 10, sendDelayMs: 85, connectMs: number === 0 ? 80 : 85 }),
      ops: (request) => [request(named('a')), request(named('b'))],
    })
    const connects = ['a', 'b'].map((step) => durationsMs(rig.seen, 'connect_time', step).map(Math.round))

    assert.equal(connects, [[80], [85]])
    assert.ok(durationsMs(rig.seen, 'start_delay', 'a').every((ms) => ms >= 5 && ms < 7))
    assert.ok(durationsMs(rig.seen, 'start_delay', 'b').every((ms) => ms < 0.1))
    assert.equal(durationsMs(rig.seen, 'response_time', 'b').map(Math.round), [95])
  })

  test('shows a loop that was stuck when think time ended as start delay', async () => {
    const rig = createRig({
      workload: arrivals(1),
      ops: (request) => [request(named('a')), think, request(named('b'))],
    })
    const running = rig.engine.run()
    await rig.clock.advance(50)
    rig.clock.freeze(300)
    await rig.clock.advance(5_000)
    await running
    const [delayMs] = durationsMs(rig.take(), 'start_delay', 'b')

    assert.ok(delayMs! > 230 && delayMs! < 245, `${delayMs} ms: from 111 to 350`)
  })
})

describe('Walker, retries', (test) => {
  const fails = (times: number, error: ErrorKind = 'reset') =>
    [...new Array(times).fill({ delayMs: 10, error }), { delayMs: 10 }] as const

  test('try again after a pause that grows, until it works', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: fails(2),
      ops: (request) => [request({ retry: retryOp(['reset']) }), request(named('after'))],
    })
    const counts = countsOf(rig, 'step')

    assert.equal(gapsOf(rig), [110, 210, 10])
    assert.equal([counts?.started, counts?.retries, counts?.errored, counts?.ok], [3, 2, 2, 1])
    assert.is(rig.seen.dispatch.iterations, 1)
  })

  test('are measured from the end of the pause, not from its beginning', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: fails(2),
      ops: (request) => [request({ retry: retryOp(['reset']) })],
    })

    assert.ok(durationsMs(rig.seen, 'response_time').every((ms) => ms < 12))
  })

  test('are timed together once one works, from the instant at which the first was wanted', async () => {
    const settledMs = async (failures: number, retry: RetryOp | null) => {
      const rig = await runRig({
        workload: arrivals(1),
        script: fails(failures),
        ops: (request) => [request(retry === null ? {} : { retry })],
      })
      // Histograms round by a part in some hundred.
      return durationsMs(rig.seen, 'settled_time').map((ms) => Math.round(ms / 5) * 5)
    }

    assert.equal(await settledMs(2, retryOp(['reset'])), [330])
    assert.equal(await settledMs(0, retryOp(['reset'])), [10])
    assert.equal(await settledMs(9, retryOp(['reset'])), [])
    assert.equal(await settledMs(0, null), [])
  })

  test('give up after the last attempt', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: fails(9),
      ops: (request) => [request({ retry: retryOp(['reset']) }), request(named('after'))],
    })

    assert.equal([countsOf(rig, 'step')?.started, countsOf(rig, 'after')], [3, undefined])
    assert.is(rig.seen.dispatch.iterations, 0)
  })

  test('happen for the kinds they were asked for only', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: fails(9, 'timeout-total'),
      ops: (request) => [request({ retry: retryOp(['reset', 'refused']) })],
    })

    assert.is(countsOf(rig, 'step')?.started, 1)
  })

  test('count attempts of each step anew', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: ({ number }) => (number % 3 === 2 ? { delayMs: 10 } : { delayMs: 10, error: 'reset' }),
      ops: (request) => [request({ retry: retryOp(['reset']) }), request({ retry: retryOp(['reset']) })],
    })

    assert.equal(gapsOf(rig), [110, 210, 10, 110, 210])
    assert.is(rig.seen.dispatch.iterations, 1)
  })

  test('never pause longer than the longest pause', async () => {
    const rig = await runRig({
      workload: arrivals(1),
      script: fails(9),
      ops: (request) => [request({ retry: retryOp(['reset'], { maxMs: 150 }, 5) })],
    })

    assert.equal(gapsOf(rig), [110, 160, 160, 160])
  })

  test('spread their pauses by the jitter', async () => {
    const rig = await runRig({
      workload: { agents: 1, curve: { kind: 'constant', value: 1 / 60, durationMs: 60_000 } },
      script: fails(999),
      ops: (request) => [request({ retry: retryOp(['reset'], { factor: 1, jitterRatio: 0.5 }, 999) })],
    })
    const pauses = gapsOf(rig).map((gapMs) => gapMs - 10)
    const mean = pauses.reduce((sum, ms) => sum + ms, 0) / pauses.length

    assert.ok(pauses.length > 600, `${pauses.length} pauses`)
    assert.ok(Math.min(...pauses) >= 50 && Math.min(...pauses) < 53, `shortest ${Math.min(...pauses)}`)
    assert.ok(Math.max(...pauses) > 97 && Math.max(...pauses) <= 101, `longest ${Math.max(...pauses)}`)
    assert.ok(Math.abs(mean - 75) < 3, `mean ${mean}`)
  })
})

describe('Walker, choices and follow-ups', (test) => {
  test('chooses by weight', async () => {
    const rig = await runRig({
      workload: manyArrivals,
      ops: (request) => [
        {
          kind: 'choice',
          cumulativeWeights: [70, 90, 100],
          ops: [request({ step: 'safe' }), request({ step: 'risky' }), request({ step: 'complex' })],
        },
      ],
    })
    const shares = ['safe', 'risky', 'complex'].map((step) => (countsOf(rig, step)?.ok ?? 0) / 2_000)

    assert.ok(Math.abs(shares[0]! - 0.7) < 0.03 && Math.abs(shares[2]! - 0.1) < 0.02, shares.join(' '))
  })

  test('tries the same alternative again, not another', async () => {
    const rig = await runRig({
      workload: manyArrivals,
      script: [{ delayMs: 1, error: 'reset' }],
      ops: (request) => [
        {
          kind: 'choice',
          cumulativeWeights: [1, 2],
          ops: [
            request({ step: 'once' }),
            request({ step: 'twice', retry: retryOp(['reset'], { baseMs: 1 }, 2) }),
          ],
        },
      ],
    })

    assert.is(countsOf(rig, 'once')?.retries, 0)
    assert.is(countsOf(rig, 'twice')!.retries * 2, countsOf(rig, 'twice')!.started)
  })

  /** A request that one in five times leads to `security`, three in ten to `policy`. */
  const escalating = (script: Parameters<typeof runRig>[0]['script']) =>
    runRig({
      workload: manyArrivals,
      script: script ?? [{ delayMs: 1 }],
      escalationKinds: ['security', 'policy'],
      ops: (request) => [
        request({
          followUps: [
            { cumulative: 0.2, column: FIRST_ESCALATION_COLUMN, op: request(named('security')) },
            { cumulative: 0.5, column: FIRST_ESCALATION_COLUMN + 1, op: request(named('policy')) },
          ],
        }),
        request(named('after')),
      ],
    })

  test('takes at most one follow-up, by its probability, counts it, and goes on', async () => {
    const rig = await escalating(undefined)
    const { security, policy } = rig.seen.escalations

    assert.ok(Math.abs(security! - 400) < 60, `${security} security reviews`)
    assert.ok(Math.abs(policy! - 600) < 70, `${policy} policy exceptions`)
    assert.equal([countsOf(rig, 'security')?.ok, countsOf(rig, 'policy')?.ok], [security, policy])
    assert.is(countsOf(rig, 'after')?.ok, 2_000)
  })

  test('follows up good answers only', async () => {
    const rig = await escalating([{ delayMs: 1, error: 'reset' }])

    assert.equal([rig.seen.escalations, countsOf(rig, 'step')?.errored], [{}, 2_000])
  })

  test('ends the journey when the follow-up fails', async () => {
    const rig = await escalating(({ request }) =>
      (request as { name?: string }).name === 'security' ? { delayMs: 1, error: 'reset' } : { delayMs: 1 },
    )

    assert.is(countsOf(rig, 'after')?.ok, 2_000 - rig.seen.escalations['security']!)
    assert.is(rig.seen.dispatch.iterations, countsOf(rig, 'after')?.ok)
  })
})

describe('Walker, the end of a run', (test) => {
  test('takes no further step, neither after an answer nor after think time nor for a retry', async () => {
    const rig = createRig({
      workload: { agents: 3, arrivals: 'replay', instantsMs: [0, 1, 2] },
      script: ({ agent }) =>
        [{ delayMs: 500 }, { delayMs: 10 }, { delayMs: 10, error: 'reset' as const }][agent]!,
      ops: (request) => [
        request({ retry: retryOp(['reset'], { baseMs: 300 }) }),
        { kind: 'think', minMs: 300, maxMs: 300 },
        request(),
      ],
    })
    const running = rig.engine.run()
    await rig.clock.advance(100)
    rig.engine.stop(5_000)
    await rig.clock.advance(5_000)
    await running

    assert.is(rig.target.requests.length, 3)
    assert.is(rig.take().steps[0]?.aborted, 0)
    assert.ok(rig.clock.nowMs() > RIG_START_MS)
  })
})
