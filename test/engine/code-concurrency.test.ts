import * as assert from 'uvu/assert'
import { TooManyRequests } from '../../harness/engine/code-port.ts'
import { AGENT_REQUESTS_MAX } from '../../harness/model/generator-limits.ts'
import type { WorkloadPlan } from '../../harness/model/plan.ts'
import { RIG_START_MS, type RigOptions, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const oneArrival: Partial<WorkloadPlan> = { agents: 1, arrivals: 'replay', instantsMs: [5] }
const oneAgent: Partial<WorkloadPlan> = {
  model: 'closed',
  agents: 1,
  curve: { kind: 'constant', value: 1, durationMs: 1_000 },
}
const MS: readonly number[] = [10, 30, 20]

/** A rig whose requests take 10, 30, and then always 20 ms. */
const run = async (code: NonNullable<RigOptions['code']>, workload = oneArrival) => {
  const rig = await runRig({ workload, script: MS.map((delayMs) => ({ delayMs })), code })
  const { seen } = rig
  return {
    ...rig,
    starts: rig.target.requests.map(({ startedMs }) => startedMs - RIG_START_MS),
    concurrency: seen.concurrency.map(({ phase: _phase, ...rest }) => rest),
    ok: seen.steps.find(({ step }) => step === 'step')?.ok ?? 0,
  }
}

describe('Code that sends several requests at once', (test) => {
  test('has them sent at once, and the next one intended when the last of them was answered', async () => {
    const { starts, concurrency } = await run(async (port, request) => {
      await Promise.all(MS.map(() => port.send(request)))
      await port.send(request)
    })

    assert.equal(starts, [5, 5, 5, 35])
    assert.equal(concurrency, [{ journey: 'main', requestsMax: 3, notAwaited: 0, refused: 0 }])
  })

  test('is not recorded as such when it sends one after the other', async () => {
    const { concurrency } = await run(async (port, request) => {
      for (const _ of MS) await port.send(request)
    })

    assert.equal(concurrency, [])
  })

  test('does not count as forgotten what it awaited when another part of it failed', async () => {
    const { concurrency, seen, codeErrors } = await run((port, request) =>
      Promise.all([port.send(request), port.send(request), Promise.reject(new Error('no cart'))]),
    )

    assert.equal(concurrency, [{ journey: 'main', requestsMax: 2, notAwaited: 0, refused: 0 }])
    assert.match(codeErrors[0] ?? '', /no cart/)
    assert.is(seen.dispatch.iterations, 0)
  })
})

describe('Code that does not await its requests', (test) => {
  test('is over when they are: the agent begins nothing before', async () => {
    const { starts, concurrency, ok, seen } = await run((port, request) => {
      void port.send(request)
      void port.send(request)
      void port.send(request)
    }, oneAgent)

    const journeys = seen.dispatch.iterations
    assert.ok(journeys > 40 && journeys <= 51, `${journeys} journeys`)
    assert.equal([ok, starts.length], [3 * journeys, 3 * journeys])
    assert.equal(concurrency, [{ journey: 'main', requestsMax: 3, notAwaited: 3 * journeys, refused: 0 }])
  })

  test('is not over while it goes on by itself', async () => {
    const { starts, seen } = await run((port, request) => {
      void (async () => {
        for (const _ of MS) await port.send(request)
      })()
    })

    assert.equal(starts, [5, 15, 45])
    assert.equal([seen.dispatch.iterations, seen.gauges.activeAgents], [1, 0])
  })
})

describe('Code that sends without an end', (test) => {
  test('is stopped where it is, fails once a journey, and is named for it', async () => {
    const asked: number[] = []
    const { concurrency, ok, seen, codeErrors } = await run((port, request) => {
      let count = 0
      try {
        for (;;) {
          void port.send(request)
          count++
        }
      } finally {
        asked.push(count)
      }
    })

    assert.equal(asked, [AGENT_REQUESTS_MAX])
    assert.is(ok, AGENT_REQUESTS_MAX)
    assert.equal(concurrency, [
      { journey: 'main', requestsMax: AGENT_REQUESTS_MAX, notAwaited: 0, refused: 1 },
    ])
    assert.equal([seen.dispatch.iterations, seen.dispatch.failedJourneys], [0, 1])
    assert.match(seen.failures[0]?.counts[0]?.text ?? '', /^the agent has 1,000 requests under way/)
    assert.equal(codeErrors, [])
  })

  test('learns by its error what to do', () => {
    assert.is(
      new TooManyRequests('the agent has', AGENT_REQUESTS_MAX).message,
      'the agent has 1,000 requests under way at once, and may have no more: await them, or send them in parts',
    )
  })
})
