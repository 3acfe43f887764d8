import * as assert from 'uvu/assert'
import type { JourneyProgram } from '../../harness/engine/program.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import { aRequest, drive } from '../kit/engine-drive.ts'
import { ScriptedTarget } from '../kit/scripted-target.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const journey = (ops: JourneyProgram['ops']): JourneyProgram => ({ name: 'main', ops, code: null })

/** One agent at 100/s for five seconds against a target that answers in 1 ms but stalls once, from 1 s to 3 s. */
async function stalled(whenBusy: 'queue' | 'drop') {
  const clock = new VirtualClock()
  const target = new ScriptedTarget(clock, (_n, nowMs) => ({
    delayMs: nowMs >= 1000 && nowMs < 3000 ? 3000 - nowMs + 1 : 1,
  }))
  const run = drive({
    clock,
    target,
    durationMs: 5000,
    journeys: [journey([aRequest(target)])],
    workload: {
      model: 'open',
      curve: { kind: 'constant', value: 100, durationMs: 5000 },
      agents: 1,
      whenBusy,
    },
  })
  await clock.advance(12_000)
  assert.ok(run.hasEnded())
  return run.take(12_000)
}

describe('The open model', (test) => {
  test('with a queue measures a stall once as service time and 200 times as what users waited', async () => {
    const { dispatch, histogram } = await stalled('queue')
    assert.equal([dispatch.planned, dispatch.started, dispatch.dropped, dispatch.cancelled], [500, 500, 0, 0])
    assert.is(histogram('service_time').countOver(100_000), 1)
    const slow = histogram('response_time').countOver(100_000)
    assert.ok(slow > 200 && slow < 240, String(slow))
  })

  test('with drop counts some 200 arrivals that found nobody, and one slow request of each kind', async () => {
    const { dispatch, histogram } = await stalled('drop')
    assert.ok(dispatch.dropped >= 195 && dispatch.dropped <= 205, String(dispatch.dropped))
    assert.is(dispatch.planned, dispatch.started + dispatch.dropped)
    assert.is(histogram('service_time').countOver(100_000), 1)
    assert.is(histogram('response_time').countOver(100_000), 1)
  })

  test('takes the intended instant from the plan when its own loop was stuck', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 1 }))
    const run = drive({
      clock,
      target,
      durationMs: 1000,
      journeys: [journey([aRequest(target)])],
      workload: { model: 'open', curve: { kind: 'constant', value: 100, durationMs: 1000 }, agents: 200 },
    })
    await clock.advance(300)
    clock.freeze(400)
    await clock.advance(2000)
    const { dispatch, histogram } = run.take(3000)
    assert.is(dispatch.started, 100)
    assert.ok(dispatch.lateStarts >= 35 && dispatch.lateStarts <= 41, String(dispatch.lateStarts))
    assert.ok(histogram('start_delay').maxUs > 380_000)
  })

  test('cancels what still waits at the end and aborts what is in flight after the drain', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 60_000 }))
    const run = drive({
      clock,
      target,
      durationMs: 1000,
      journeys: [journey([aRequest(target)])],
      workload: { model: 'open', curve: { kind: 'constant', value: 100, durationMs: 1000 }, agents: 3 },
    })
    await clock.advance(10_000)
    assert.ok(run.hasEnded())
    const { dispatch, steps } = run.take(10_000)
    assert.equal([dispatch.planned, dispatch.started, dispatch.cancelled], [100, 3, 97])
    assert.equal([steps[0]?.started, steps[0]?.aborted], [3, 3])
  })
})

describe('The closed model', (test) => {
  const closed = (agents: number, durationMs: number) => ({
    model: 'closed' as const,
    agents,
    curve: { kind: 'constant' as const, value: agents, durationMs },
  })

  test('starts an agent again after its answer and its think time', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 20 }))
    const run = drive({
      clock,
      target,
      durationMs: 10_000,
      journeys: [journey([aRequest(target)])],
      workload: { ...closed(5, 10_000), think: { minMs: 80, maxMs: 80 } },
    })
    await clock.advance(11_000)
    const { dispatch, histogram } = run.take(11_000)
    assert.ok(Math.abs(dispatch.started - 500) <= 10, String(dispatch.started))
    assert.ok(histogram('start_delay').maxUs <= 2000)
    assert.is(dispatch.planned, dispatch.started + dispatch.cancelled)
  })

  test('paces agents: as many journeys as the plan says, spread evenly', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 5 }))
    const run = drive({
      clock,
      target,
      durationMs: 20_000,
      journeys: [journey([aRequest(target)])],
      workload: { ...closed(20, 20_000), pacingMs: 1000 },
    })
    await clock.advance(21_000)
    const { dispatch } = run.take(21_000)
    assert.ok(Math.abs(dispatch.started - 400) <= 4, String(dispatch.started))
    const perTenth = target.seen.filter(({ atMs }) => atMs > 5000 && atMs <= 5100).length
    assert.ok(perTenth < 10)
  })

  test('follows its curve up and down', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 10 }))
    const run = drive({
      clock,
      target,
      durationMs: 6000,
      journeys: [journey([aRequest(target)])],
      workload: { model: 'closed', agents: 8, curve: { kind: 'steps', values: [2, 8, 1], stepMs: 2000 } },
    })
    await clock.advance(1000)
    assert.is(run.take(1000).gauges.activeAgents, 2)
    await clock.advance(2000)
    assert.is(run.take(3000).gauges.activeAgents, 8)
    await clock.advance(2000)
    assert.is(run.take(5000).gauges.activeAgents, 1)
    await clock.advance(3000)
    assert.ok(run.hasEnded())
    assert.is(run.take(8000).gauges.activeAgents, 0)
  })

  test('walks sessions: so many journeys, a pause, a login each', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 10 }))
    const run = drive({
      clock,
      target,
      durationMs: 10_000,
      login: { name: 'login', ops: [aRequest(target, { step: 'login' })], code: null },
      journeys: [journey([aRequest(target)])],
      workload: {
        ...closed(1, 10_000),
        session: { journeys: { min: 3, max: 3 }, pause: { minMs: 500, maxMs: 500 } },
      },
    })
    await clock.advance(11_000)
    const { steps, dispatch } = run.take(11_000)
    const [login, step] = ['login', 'step'].map(
      (name) => steps.find((counts) => counts.step === name)?.ok ?? 0,
    ) as [number, number]
    assert.ok(login >= 17 && Math.abs(step - 3 * login) <= 3, `${login} logins, ${step} steps`)
    assert.ok(Math.abs(dispatch.sessions - login) <= 1)
  })
})

describe('An agent', (test) => {
  const one = {
    model: 'closed' as const,
    agents: 1,
    curve: { kind: 'constant' as const, value: 1, durationMs: 3000 },
  }

  test('tries again after a growing pause, as its own behaviour, and then gives the journey up', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 1, kind: 'reset' }))
    const retry = {
      attempts: 3,
      on: ERROR_KINDS.map((kind) => kind === 'reset'),
      backoff: { baseMs: 100, factor: 2, maxMs: 1000, jitterRatio: 0 },
    }
    const run = drive({
      clock,
      target,
      durationMs: 3000,
      journeys: [journey([aRequest(target, { retry }), aRequest(target, { step: 'never' })])],
      workload: { ...one, think: { minMs: 2000, maxMs: 2000 } },
      plan: { seed: 4 },
    })
    await clock.advance(20_000)
    const { steps, dispatch, histogram } = run.take(20_000)
    const first = target.seen[0]?.atMs ?? Number.NaN
    if (target.seen.length === 0) return assert.unreachable('the agent never started')
    assert.equal(
      target.seen.slice(0, 3).map(({ atMs }) => Math.round(atMs - first)),
      [0, 101, 302],
    )
    assert.is(dispatch.iterations, 0)
    assert.is(steps.length, 1)
    assert.is((steps[0]?.retries ?? 0) * 3, (steps[0]?.errored ?? 0) * 2)
    assert.ok(histogram('response_time').maxUs < 5000)
  })

  test('takes a follow-up after a good answer with its probability, and counts the escalation', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 1 }))
    const { FIRST_ESCALATION_COLUMN } = await import('../../harness/engine/shard-memory.ts')
    const followUps = [
      {
        cumulative: 0.3,
        column: FIRST_ESCALATION_COLUMN,
        op: aRequest(target, { step: 'escalation/review' }),
      },
    ]
    const run = drive({
      clock,
      target,
      durationMs: 3000,
      journeys: [journey([aRequest(target, { followUps })])],
      workload: one,
      escalationKinds: ['review'],
    })
    await clock.advance(4000)
    const { steps, escalations } = run.take(4000)
    const [main, escalated] = ['step', 'escalation/review'].map(
      (name) => steps.find(({ step }) => step === name)?.ok ?? 0,
    ) as [number, number]
    assert.ok(Math.abs(escalated / main - 0.3) < 0.06, `${escalated} of ${main}`)
    assert.is(escalations['review'], escalated)
  })

  test('intends the next step when its think time is due to end', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 10 }))
    const run = drive({
      clock,
      target,
      durationMs: 3000,
      journeys: [
        journey([
          aRequest(target, { step: 'a' }),
          { kind: 'think', minMs: 100, maxMs: 100 },
          aRequest(target, { step: 'b' }),
        ]),
      ],
      workload: one,
    })
    await clock.advance(50)
    clock.freeze(200)
    await clock.advance(5000)
    const b = run.take(5300).cells.find(({ step, metric }) => step === 'b' && metric === 'start_delay')
    assert.ok((b?.sumUs ?? 0) > 130_000, String(b?.sumUs))
  })

  test('whose journey is code sends, thinks, fails and is stopped like any other', async () => {
    const clock = new VirtualClock()
    const target = new ScriptedTarget(clock, () => ({ delayMs: 10 }))
    let outcome = ''
    const code: JourneyProgram = {
      name: 'code',
      ops: [],
      async code(context) {
        const port = context as {
          send(op: unknown): Promise<{ ok: boolean }>
          think(ms: number): Promise<void>
          draw(): number
        }
        const answer = await port.send(aRequest(target))
        if (!answer.ok) throw new Error('not ok')
        if (port.draw() < 0.2) throw new Error('thrown on purpose')
        try {
          await port.think(50)
        } catch (error) {
          outcome = (error as Error).name
          throw error
        }
      },
    }
    const run = drive({
      clock,
      target,
      durationMs: 3000,
      journeys: [code],
      workload: one,
      createContext: (port) => port,
    })
    await clock.advance(5000)
    assert.ok(run.hasEnded())
    const { steps, dispatch } = run.take(5000)
    const thrown = steps.find(({ step }) => step === 'code')
    assert.ok((thrown?.errors['code'] ?? 0) > 3)
    assert.match(run.errors[0] ?? '', 'thrown on purpose')
    assert.ok((steps.find(({ step }) => step === 'step')?.ok ?? 0) > 30)
    assert.ok(dispatch.iterations > 20)
    assert.ok(outcome === 'RunEnded' || outcome === '')
  })
})

describe('Counts', (test) => {
  test('are conserved whatever happens to requests', async () => {
    for (const seed of [1, 2, 3]) {
      const clock = new VirtualClock()
      const kinds = ['none', 'none', 'none', 'reset', 'timeout-total', 'status'] as const
      const target = new ScriptedTarget(clock, (n) => ({
        delayMs: (n * 7919 * seed) % 200,
        kind: kinds[(n * seed) % kinds.length] as (typeof kinds)[number],
      }))
      const run = drive({
        clock,
        target,
        durationMs: 3000,
        journeys: [journey([aRequest(target), { kind: 'think', minMs: 0, maxMs: 60 }, aRequest(target)])],
        workload: {
          model: 'open',
          arrivals: 'poisson',
          curve: { kind: 'sine', mean: 80, amplitude: 60, periodMs: 1000, shiftMs: 0, durationMs: 3000 },
          agents: 15,
        },
        plan: { seed, drainMs: 50 },
      })
      await clock.advance(8000)
      const { dispatch, steps, cells } = run.take(8000)
      assert.is(dispatch.planned, dispatch.started + dispatch.dropped + dispatch.cancelled)
      for (const step of steps)
        assert.is(step.started, step.ok + step.failed + step.errored + step.timedOut + step.aborted)
      const timed = cells
        .filter(({ metric }) => metric === 'response_time')
        .reduce((sum, { count }) => sum + count, 0)
      assert.is(
        timed,
        steps.reduce((sum, step) => sum + step.ok + step.failed + step.errored + step.timedOut, 0),
      )
      const sumOf = (metric: string, outcome?: string) =>
        cells
          .filter((cell) => cell.metric === metric && (outcome === undefined || cell.outcome === outcome))
          .reduce((sum, { sumUs }) => sum + sumUs, 0)
      assert.ok(sumOf('response_time') >= sumOf('service_time'))
    }
  })
})
