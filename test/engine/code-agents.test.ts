import { sum } from 'simple-statistics'
import * as assert from 'uvu/assert'
import { RunEnded } from '../../harness/engine/code-port.ts'
import type { WorkloadPlan } from '../../harness/model/plan.ts'
import { createRig, durationsMs, RIG_START_MS, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const oneArrival: Partial<WorkloadPlan> = { agents: 1, arrivals: 'replay', instantsMs: [5] }
const oneAgent: Partial<WorkloadPlan> = {
  model: 'closed',
  agents: 1,
  curve: { kind: 'constant', value: 1, durationMs: 1_000 },
}
const startsOf = ({ target }: Awaited<ReturnType<typeof runRig>>) =>
  target.requests.map(({ startedMs }) => startedMs - RIG_START_MS)

describe('CodeAgents', (test) => {
  test('send through the engine: each request recorded, intended when the one before was answered', async () => {
    const rig = await runRig({
      workload: oneArrival,
      async code(port, request) {
        for (let i = 0; i < 3; i++) await port.send(request)
      },
    })

    assert.equal(startsOf(rig), [5, 15, 25])
    assert.is(rig.seen.steps[0]?.ok, 3)
    assert.is(rig.seen.dispatch.iterations, 1)
    assert.ok(durationsMs(rig.seen, 'start_delay').every((ms) => ms < 0.1))
  })

  test('see the answer, good or bad', async () => {
    const answers: unknown[] = []
    await runRig({
      workload: oneArrival,
      script: [
        { delayMs: 10, body: 'hello' },
        { delayMs: 10, error: 'reset' },
      ],
      async code(port, request) {
        for (let i = 0; i < 2; i++) {
          const answer = await port.send({ ...request, keepAnswer: true })
          answers.push([answer.ok, answer.status, answer.errorKind, answer.text()])
        }
      },
    })

    assert.equal(answers, [
      [true, 200, 'none', 'hello'],
      [false, 0, 'reset', ''],
    ])
  })

  test('think on the wheel; the next request is intended when think time was due to end', async () => {
    const rig = await runRig({
      workload: oneArrival,
      async code(port, request) {
        await port.send(request)
        await port.think(100.5)
        await port.send(request)
      },
    })

    assert.equal(startsOf(rig), [5, 116])
    const delays = durationsMs(rig.seen, 'start_delay')
    assert.is(Math.round(delays[1]! * 10), 5, 'half a millisecond of waiting for the tick')
  })
})

describe('CodeAgents, failures', (test) => {
  const throwers = {
    'a rejected promise': () => Promise.reject(new Error('no cart')),
    'a plain throw': () => {
      throw new Error('no cart')
    },
  }
  for (const [name, code] of Object.entries(throwers)) {
    test(`count ${name} as a failed journey with its text and place, and no request`, async () => {
      const { seen, codeErrors } = await runRig({ workload: oneArrival, code })
      const [failures] = seen.failures

      assert.equal(seen.steps, [])
      assert.equal(
        [seen.dispatch.iterations, seen.dispatch.failedJourneys, seen.dispatch.failedByCode],
        [0, 1, 1],
      )
      assert.equal([failures?.of, failures?.step, failures?.counts.length], ['journeys', 'main', 1])
      assert.is(failures?.counts[0]?.kind, 'code')
      assert.match(failures?.counts[0]?.text ?? '', /^no cart \(code-agents\.test\.ts:\d+\)$/)
      assert.match(codeErrors[0] ?? '', /^journeys\.main: Error: no cart/)
    })
  }

  test('let the agent go on with its next journey', async () => {
    let journeys = 0
    const rig = await runRig({
      workload: oneAgent,
      async code(port, request) {
        await port.send(request)
        if (journeys++ === 0) throw new Error('once')
      },
    })

    assert.ok(rig.seen.dispatch.iterations > 85, `${rig.seen.dispatch.iterations} journeys`)
    assert.is(rig.codeErrors.length, 1)
  })
})

describe('CodeAgents, answers that code fails', (test) => {
  const failingAt = (shouldFail: (at: number) => boolean) =>
    runRig({
      workload: oneArrival,
      async code(port, request) {
        for (let at = 0; at < 7; at++) {
          const answer = await port.send(request)
          if (shouldFail(at)) answer.fail(`item ${at} is sold out`)
        }
      },
    })

  test('are failed requests of their kind, once each: as many are counted as were sent', async () => {
    const { seen, target } = await failingAt((at) => at >= 5)
    const [counts] = seen.steps

    assert.is(target.requests.length, 7)
    assert.equal([counts?.started, counts?.ok, counts?.failed, counts?.errored], [7, 5, 2, 0])
    assert.equal([counts?.errors, counts?.statuses], [{ check: 2 }, { 200: 7 }])
    assert.equal(
      seen.failures.map(({ of, step, counts: told }) => [of, step, told]),
      [
        [
          'requests',
          'step',
          [
            { kind: 'check', text: 'item 5 is sold out', count: 1 },
            { kind: 'check', text: 'item 6 is sold out', count: 1 },
          ],
        ],
      ],
    )
    assert.is(seen.dispatch.iterations, 1, 'the journey itself went well')
  })

  test('have their times among those of failed answers, and in no other', async () => {
    const { seen } = await failingAt((at) => at === 0)
    const countsOf = (outcome: string) =>
      seen.cells.find(({ key }) => key.metric === 'response_time' && key.outcome === outcome)?.counts ?? []
    const timed = (outcome: string) => Array.from(countsOf(outcome)).filter((_, i) => i % 2 === 1)

    assert.equal([sum(timed('ok')), sum(timed('failed'))], [6, 1])
  })

  test('may be looked at together, in any order', async () => {
    const { seen } = await runRig({
      workload: oneArrival,
      script: [{ delayMs: 10 }, { delayMs: 40 }, { delayMs: 20 }],
      async code(port, request) {
        const answers = await Promise.all([0, 1, 2].map(() => port.send(request)))
        answers[0]?.fail('the first')
        answers[2]?.fail('the last')
      },
    })

    assert.equal([seen.steps[0]?.ok, seen.steps[0]?.errors], [1, { check: 2 }])
  })

  test('keep their own reason when they had failed before', async () => {
    const { seen } = await runRig({
      workload: oneArrival,
      script: [{ delayMs: 10, error: 'reset' }],
      async code(port, request) {
        const answer = await port.send(request)
        answer.fail('no matter')
        assert.equal([answer.ok, answer.errorKind], [false, 'reset'])
      },
    })

    assert.equal(seen.steps[0]?.errors, { reset: 1 })
  })

  test('can be failed until the agent goes on: later is a mistake of the code, and said', async () => {
    const { seen } = await runRig({
      workload: oneArrival,
      async code(port, request) {
        const answer = await port.send(request)
        await port.think(100)
        answer.fail('sold out')
      },
    })

    assert.equal([seen.steps[0]?.ok, seen.steps[0]?.failed], [1, 0])
    assert.match(seen.failures[0]?.counts[0]?.text ?? '', "answer.fail('sold out') came too late")
  })

  test('are recorded while their agent pauses, not when it ends', async () => {
    const rig = createRig({
      workload: oneArrival,
      async code(port, request) {
        await port.send(request)
        await port.think(60_000)
      },
    })
    const running = rig.engine.run()
    await rig.clock.advance(100)
    assert.is(rig.take().steps[0]?.ok, 1)
    rig.engine.stop(0)
    await rig.clock.advance(100)
    await running
  })

  test('are recorded at the end of the run when the code never goes on', async () => {
    const { seen } = await runRig({
      workload: oneArrival,
      plan: { drainMs: 500 },
      async code(port, request) {
        const answer = await port.send(request)
        answer.fail('bad')
        await new Promise(() => undefined)
      },
    })

    assert.equal([seen.steps[0]?.started, seen.steps[0]?.errors], [1, { check: 1 }])
  })
})

describe('CodeAgents, checks', (test) => {
  test('are counted by name, and one that fails fails its journey at the end', async () => {
    let journeys = 0
    const { seen, target } = await runRig({
      workload: { agents: 3, arrivals: 'replay', instantsMs: [0, 100, 200] },
      async code(port, request) {
        const isOdd = journeys++ === 1
        port.check('has stock', !isOdd)
        port.check('is cheap', !isOdd)
        await port.send(request)
      },
    })

    assert.equal(seen.checks, [
      { phase: 'steady', check: 'has stock', passed: 2, failed: 1 },
      { phase: 'steady', check: 'is cheap', passed: 2, failed: 1 },
    ])
    assert.is(target.requests.length, 3, 'a check stops nothing')
    assert.equal(
      [seen.dispatch.iterations, seen.dispatch.failedJourneys, seen.dispatch.failedByCode],
      [2, 1, 1],
    )
    assert.equal(seen.failures[0]?.counts, [{ kind: 'check', text: 'has stock', count: 1 }])
  })
})

describe('CodeAgents, sessions', (test) => {
  test('keep one context for a session, and make a new one for the next', async () => {
    const contexts = new Set<unknown>()
    const session = { journeys: { min: 3, max: 3 }, pause: { minMs: 400, maxMs: 400 } }
    const rig = await runRig({
      workload: { ...oneAgent, session },
      async code(port, request) {
        contexts.add(port)
        await port.send(request)
      },
    })

    assert.is(rig.seen.dispatch.iterations, 9)
    assert.is(contexts.size, 3)
  })
})

describe('CodeAgents, the end of a run', (test) => {
  test('tells code that thinks, and code that asks for more, and calls neither a failure', async () => {
    const told: unknown[] = []
    const note = (error: unknown) => {
      told.push(error)
      throw error
    }
    const rig = createRig({
      workload: { agents: 2, arrivals: 'replay', instantsMs: [0, 1] },
      script: [{ delayMs: 400 }],
      async code(port, request) {
        if (port.identity() === 0) await port.think(60_000).catch(note)
        await port.send(request)
        await port.send(request).catch(note)
      },
    })
    const running = rig.engine.run()
    await rig.clock.advance(100)
    rig.engine.stop(5_000)
    await rig.clock.advance(1_000)
    await running
    const seen = rig.take()

    assert.is(told.length, 2)
    assert.ok(told.every((error) => error instanceof RunEnded))
    assert.equal([seen.steps.length, seen.steps[0]?.ok, seen.dispatch.iterations], [1, 1, 0])
    assert.equal(rig.codeErrors, [])
  })

  test('blames no journey for what the end of the run did to its requests', async () => {
    const rig = createRig({
      workload: oneArrival,
      script: [{ delayMs: 5_000 }],
      async code(port, request) {
        const answer = await port.send(request)
        if (!answer.ok) throw new Error(`no answer: ${answer.errorKind}`)
      },
    })
    const running = rig.engine.run()
    await rig.clock.advance(100)
    rig.engine.stop(0)
    await rig.clock.advance(2_000)
    await running
    const seen = rig.take()

    assert.equal([seen.steps[0]?.aborted, seen.dispatch.failedByCode, seen.failures], [1, 0, []])
  })

  test('does not wait for ever for code that never settles', async () => {
    const rig = await runRig({
      workload: oneArrival,
      plan: { drainMs: 500 },
      code: () => new Promise(() => undefined),
    })

    assert.is(rig.seen.dispatch.iterations, 0)
  })
})

describe('CodeAgents, code that does not wait for its own think time', (test) => {
  test('has its journey end when the think time does', async () => {
    const rig = await runRig({
      workload: oneAgent,
      async code(port, request) {
        await port.send(request)
        void port.think(90)
      },
    })

    const starts = startsOf(rig)
    assert.equal(new Set(starts.slice(1).map((atMs, i) => Math.round(atMs - starts[i]!))), new Set([100]))
    assert.ok(starts.length >= 9, `${starts.length} journeys`)
  })

  test('is refused a second one at the same time', async () => {
    const rig = await runRig({
      workload: oneArrival,
      code: (port) => Promise.all([port.think(50), port.think(80)]),
    })

    assert.match(rig.codeErrors[0] ?? '', /already thinks/)
    assert.is(rig.seen.gauges.activeAgents, 0)
  })

  test('does not bring the shard down when the run ends meanwhile', async () => {
    const rig = await runRig({
      workload: oneArrival,
      async code(port, request) {
        await port.send(request)
        void port.think(60_000)
        void port.send(request)
      },
    })

    assert.equal(rig.codeErrors, [])
    assert.is(rig.seen.dispatch.iterations, 0)
  })
})
