import * as assert from 'uvu/assert'
import { RunEnded } from '../../harness/engine/code-port.ts'
import type { WorkloadPlan } from '../../harness/model/workload-plan.ts'
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
    test(`count ${name} as an errored request of the journey, and tell its message`, async () => {
      const rig = await runRig({ workload: oneArrival, code })
      const [counts] = rig.seen.steps

      assert.equal([counts?.step, counts?.errored, counts?.errors], ['main', 1, { code: 1 }])
      assert.is(rig.seen.dispatch.iterations, 0)
      assert.match(rig.codeErrors[0] ?? '', /^journeys\.main: Error: no cart/)
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
