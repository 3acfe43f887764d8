import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import type { CurvePlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { createRig, durationsMs, RIG_START_MS, type RigOptions, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const constant = (value: number, durationMs: number): CurvePlan => ({ kind: 'constant', value, durationMs })
const closed = (changes: Partial<WorkloadPlan>): Partial<WorkloadPlan> => ({ model: 'closed', ...changes })
const startsOf = ({ target }: Awaited<ReturnType<typeof runRig>>) =>
  target.requests.map(({ startedMs }) => startedMs - RIG_START_MS)
const SLOW_MS = 50
const slow = (snapshot: IntervalSnapshot, metric: string) =>
  durationsMs(snapshot, metric).filter((ms) => ms > SLOW_MS)

function conserves({ dispatch }: IntervalSnapshot): void {
  const { planned, started, dropped, cancelled } = dispatch
  assert.is(planned, started + dropped + cancelled, JSON.stringify(dispatch))
}

describe('ShardEngine, a target that stalls once for two seconds', (test) => {
  const stall = (whenBusy: 'queue' | 'drop'): RigOptions => ({
    workload: { agents: 1, whenBusy, curve: constant(100, 10_000) },
    script: ({ number }) => ({ delayMs: number === 100 ? 2_000 : 1 }),
  })

  test('queue: one slow service time, 200-odd slow response times, every arrival started', async () => {
    const { seen } = await runRig(stall('queue'))

    assert.is(slow(seen, 'service_time').length, 1)
    const slowResponses = slow(seen, 'response_time')
    assert.ok(slowResponses.length >= 200 && slowResponses.length < 230, `${slowResponses.length} slow`)
    assert.is(seen.dispatch.started, 1_000)
    assert.is(seen.steps[0]?.ok, 1_000)
    assert.ok(seen.dispatch.lateStarts >= 200, `${seen.dispatch.lateStarts} late starts`)
    conserves(seen)
  })

  test('queue: the wait shows as start delay, and the backlog is empty at the end', async () => {
    const { seen } = await runRig(stall('queue'))
    const delays = durationsMs(seen, 'start_delay')

    assert.ok(Math.abs(delays[delays.length - 1]! - 1_990) < 5, `longest ${delays[delays.length - 1]}`)
    assert.is(seen.gauges.backlog, 0)
  })

  test('drop: about 200 drops, and one slow time of each kind', async () => {
    const { seen } = await runRig(stall('drop'))

    assert.is(slow(seen, 'service_time').length, 1)
    assert.is(slow(seen, 'response_time').length, 1)
    assert.ok(Math.abs(seen.dispatch.dropped - 200) <= 2, `${seen.dispatch.dropped} drops`)
    assert.is(seen.dispatch.started + seen.dispatch.dropped, 1_000)
    conserves(seen)
  })
})

describe('ShardEngine, open model', (test) => {
  test('starts every arrival at its instant when agents are free', async () => {
    const rig = await runRig({ workload: { agents: 5, curve: constant(100, 1_000) } })

    assert.equal(
      startsOf(rig),
      Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : i * 10)),
      'the first tick of the loop is 1 ms after the start',
    )
    assert.equal([rig.seen.dispatch.planned, rig.seen.dispatch.iterations], [100, 100])
    assert.is(rig.seen.dispatch.lateStarts, 0)
  })

  test('measures from the intended instant when the loop was stuck, and does not move the plan', async () => {
    const rig = createRig({ workload: { agents: 200, curve: constant(100, 2_000) } })
    const running = rig.engine.run()
    await rig.clock.advance(500)
    rig.clock.freeze(400)
    await rig.clock.advance(10_000)
    await running
    const seen = rig.take()

    assert.is(seen.dispatch.started, 200)
    assert.ok(Math.abs(seen.dispatch.lateStarts - 40) <= 2, `${seen.dispatch.lateStarts} late starts`)
    const delays = durationsMs(seen, 'start_delay')
    assert.ok(delays[delays.length - 1]! > 380, `longest start delay ${delays[delays.length - 1]}`)
    const later = rig.target.requests.slice(100).map(({ startedMs }) => startedMs - RIG_START_MS)
    assert.equal(
      later,
      later.map((_, i) => 1_000 + i * 10),
    )
    assert.ok(seen.health.loopDelayMaxMs >= 400, `loop delay ${seen.health.loopDelayMaxMs}`)
    conserves(seen)
  })

  test('starts the plan of its stripe: four shards together start all arrivals once', async () => {
    const starts: number[] = []
    for (let shard = 0; shard < 4; shard++) {
      const workload = { agents: 20, curve: constant(100, 1_000) }
      starts.push(...startsOf(await runRig({ workload, shard, shardCount: 4 })))
    }
    assert.equal(
      starts.sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : i * 10)),
    )
  })

  test('walks all journeys of a session before its agent is free again', async () => {
    const session = { journeys: { min: 3, max: 3 }, pause: { minMs: 0, maxMs: 0 } }
    const { seen } = await runRig({ workload: { agents: 50, session, curve: constant(10, 1_000) } })

    assert.is(seen.dispatch.sessions, 10)
    assert.is(seen.dispatch.iterations, 30)
    conserves(seen)
  })
})

describe('ShardEngine, closed model', (test) => {
  test('starts again when the answer is there, and never before', async () => {
    const rig = await runRig({ workload: closed({ agents: 1, curve: constant(1, 1_000) }) })

    assert.is(rig.seen.dispatch.planned, rig.target.requests.length)
    const starts = startsOf(rig)
    const gaps = starts.slice(1).map((atMs, i) => atMs - starts[i]!)
    assert.equal(new Set(gaps), new Set([10]))
    assert.ok(starts.length >= 99, `${starts.length} starts`)
    conserves(rig.seen)
  })

  test('waits the think time between answer and next start, and intends it at its end', async () => {
    const think = { minMs: 90, maxMs: 90 }
    const rig = await runRig({ workload: closed({ agents: 1, think, curve: constant(1, 2_000) }) })

    const starts = startsOf(rig)
    assert.equal(new Set(starts.slice(1).map((atMs, i) => Math.round(atMs - starts[i]!))), new Set([100]))
    assert.ok(durationsMs(rig.seen, 'start_delay').every((ms) => ms <= 2))
  })

  test('keeps the pace from start to start however long answers take, until they take longer', async () => {
    const workload = closed({ agents: 1, pacingMs: 100, curve: constant(1, 2_000) })
    const rig = await runRig({ workload, script: ({ number }) => ({ delayMs: number === 5 ? 250 : 30 }) })

    const starts = startsOf(rig)
    const gaps = starts.slice(1).map((atMs, i) => Math.round(atMs - starts[i]!))
    assert.equal(gaps.slice(0, 5), [100, 100, 100, 100, 100])
    assert.is(gaps[5], 250)
    assert.equal(gaps.slice(6, 9), [100, 100, 100])
  })

  test('spreads the first starts of paced agents over the pacing', async () => {
    const workload = closed({ agents: 100, pacingMs: 1_000, curve: constant(100, 2_000) })
    const rig = await runRig({ workload })
    const perTenth = new Array<number>(10).fill(0)
    for (const atMs of startsOf(rig).slice(0, 100)) perTenth[Math.min(9, Math.floor(atMs / 100))]! += 1

    assert.ok(
      perTenth.every((amount) => amount > 0 && amount < 25),
      perTenth.join(' '),
    )
    assert.ok(Math.abs(rig.seen.dispatch.planned - 200) <= 10, `${rig.seen.dispatch.planned} planned`)
  })
})

describe('ShardEngine, population', (test) => {
  /** Largest number of agents with a request at hand inside each second. */
  async function agentsBySecond(curve: CurvePlan, agents: number): Promise<number[]> {
    const rig = await runRig({ workload: closed({ agents, curve }), script: [{ delayMs: 49 }] })
    const seconds = new Map<number, Set<number>>()
    for (const { agent, startedMs } of rig.target.requests) {
      const second = Math.floor((startedMs - RIG_START_MS) / 1_000)
      seconds.set(second, (seconds.get(second) ?? new Set()).add(agent))
    }
    conserves(rig.seen)
    assert.is(rig.seen.gauges.activeAgents, 0)
    return [...seconds.values()].map((slots) => slots.size)
  }

  test('tells how many of its agents are in which region, at every instant', async () => {
    const region = (name: string, weight: number) => ({ name, weight, timeZone: 'UTC', networkDelayMs: 0 })
    const rig = createRig({
      workload: closed({
        agents: 40,
        curve: constant(40, 2_000),
        regions: [region('emea', 3), region('apac', 1)],
      }),
      script: [{ delayMs: 49 }],
    })
    const running = rig.engine.run()
    await rig.clock.advance(1_000)
    const during = rig.take().gauges
    await rig.clock.advance(2_000)
    await running
    const after = rig.take().gauges

    const { emea = 0, apac = 0 } = during.regions ?? {}
    assert.is(emea + apac, during.activeAgents)
    assert.is(emea + apac, 40)
    assert.ok(emea > apac && apac > 0, `${emea} and ${apac}`)
    assert.equal(after.regions, { emea: 0, apac: 0 })
  })

  const joining = { perSec: 100, durationMs: 1_000 }
  const joiners = (changes: Partial<WorkloadPlan> = {}) =>
    closed({ agents: 100, curve: constant(100, 3_000), join: joining, ...changes })

  test('lets the agents of the beginning join one by one, each exactly when it is its turn', async () => {
    const think = { minMs: 500, maxMs: 500 }
    const rig = await runRig({ workload: joiners({ think }) })
    const firsts = new Map<number, number>()
    for (const { agent, startedMs } of rig.target.requests)
      if (!firsts.has(agent)) firsts.set(agent, startedMs - RIG_START_MS)

    assert.is(firsts.size, 100)
    for (const [agent, atMs] of firsts)
      assert.ok(atMs >= agent * 10 && atMs < agent * 10 + 2, `${agent}: ${atMs}`)
    assert.ok(durationsMs(rig.seen, 'start_delay').every((ms) => ms < 2))
    conserves(rig.seen)
  })

  test('has as many agents as have joined, and never more than the curve wants', async () => {
    const rig = createRig({ workload: joiners({ curve: { kind: 'steps', values: [100, 20], stepMs: 500 } }) })
    const running = rig.engine.run()
    const seen: number[] = []
    for (let i = 0; i < 4; i++) {
      await rig.clock.advance(200)
      seen.push(rig.take().gauges.activeAgents)
    }
    rig.engine.stop(0)
    await rig.clock.advance(1_000)
    await running

    // Whoever joins before the next look at the curve is there already.
    assert.ok(seen[0]! >= 20 && seen[0]! <= 22 && seen[1]! >= 40 && seen[1]! <= 42, seen.join(' '))
    assert.equal(seen.slice(2), [20, 20])
  })

  test('sends on four shards what it sends on one, joining included', async () => {
    const workload = joiners({ think: { minMs: 50, maxMs: 250 } })
    const sentBy = async (shard: number, shardCount: number) => {
      const { target } = await runRig({
        workload: { ...workload, agents: 100 },
        shard,
        shardCount,
      })
      return target.requests.map(
        ({ agent, startedMs }) => `${shard + agent * shardCount} at ${Math.round(startedMs / 2)}`,
      )
    }
    const one = await sentBy(0, 1)
    const four = await Promise.all([0, 1, 2, 3].map((shard) => sentBy(shard, 4)))

    assert.ok(one.length > 1_000, `${one.length} requests`)
    assert.equal(four.flat().sort(), one.sort())
  })

  test('follows the curve up and down, with the first slots staying', async () => {
    const steps: CurvePlan = { kind: 'steps', values: [2, 5, 3, 6], stepMs: 2_000 }

    assert.equal(await agentsBySecond(steps, 6), [2, 2, 5, 5, 3, 3, 6, 6])
  })

  test('never has more agents than slots', async () => {
    assert.equal(await agentsBySecond(constant(10, 1_000), 4), [4])
  })

  test('lets an agent that is no longer wanted finish its journey', async () => {
    const steps: CurvePlan = { kind: 'steps', values: [2, 1], stepMs: 1_000 }
    const rig = await runRig({
      workload: closed({ agents: 2, curve: steps }),
      script: [{ delayMs: 300 }],
      ops: (request) => [request(), request()],
    })

    const second = rig.target.requests.filter(({ agent }) => agent === 1)
    assert.is(second.length, 4, 'two journeys of two requests')
    assert.ok(second[3]!.startedMs - RIG_START_MS > 800)
    assert.is(rig.seen.steps[0]?.aborted, 0)
  })
})

describe('ShardEngine, sessions', (test) => {
  test('end after their journeys; the agent pauses, forgets, and comes back', async () => {
    const session = { journeys: { min: 2, max: 2 }, pause: { minMs: 480, maxMs: 480 } }
    const rig = await runRig({ workload: closed({ agents: 1, session, curve: constant(1, 2_000) }) })

    assert.equal(
      startsOf(rig).map((atMs) => Math.round(atMs / 10) * 10),
      [0, 10, 500, 510, 1_000, 1_010, 1_500, 1_510],
    )
    assert.is(rig.seen.dispatch.sessions, 4)
    assert.equal(rig.target.endedSessions, [0, 0, 0, 0])
  })

  test('have as many journeys as their range allows, all numbers of it', async () => {
    const session = { journeys: { min: 1, max: 3 }, pause: { minMs: 0, maxMs: 0 } }
    const workload = { agents: 50, session, curve: constant(100, 3_000) }
    const { seen } = await runRig({ workload })

    assert.is(seen.dispatch.sessions, 300)
    const perSession = seen.dispatch.iterations / seen.dispatch.sessions
    assert.ok(Math.abs(perSession - 2) < 0.15, `${perSession} journeys a session`)
  })

  test('begin with a login, which is no iteration', async () => {
    const session = { journeys: { min: 2, max: 2 }, pause: { minMs: 0, maxMs: 0 } }
    const { seen } = await runRig({
      login: true,
      workload: closed({ agents: 1, session, curve: constant(1, 1_000) }),
    })
    const [login, step] = ['login', 'step'].map((name) => seen.steps.find((counts) => counts.step === name))

    assert.ok(Math.abs(login!.ok * 2 - step!.ok) <= 2, `${login!.ok} logins, ${step!.ok} requests`)
    assert.is(seen.dispatch.iterations, step!.ok)
    conserves(seen)
  })

  test('whose login fails walk no journey, and count what was planned as cancelled', async () => {
    const { seen } = await runRig({
      login: true,
      workload: { agents: 5, curve: constant(10, 1_000) },
      script: [{ delayMs: 10, error: 'refused' }],
    })

    assert.equal([seen.dispatch.planned, seen.dispatch.cancelled, seen.dispatch.started], [10, 10, 0])
    assert.equal(
      seen.steps.map(({ step, errored }) => [step, errored]),
      [['login', 10]],
    )
    conserves(seen)
  })

  test('measure an arrival from its instant, the login included', async () => {
    const { seen } = await runRig({
      login: true,
      workload: { agents: 50, curve: constant(10, 1_000) },
      script: [{ delayMs: 100 }],
    })

    assert.ok(durationsMs(seen, 'response_time').every((ms) => ms >= 199))
    assert.ok(durationsMs(seen, 'service_time').every((ms) => ms <= 101))
  })
})

describe('ShardEngine, the end', (test) => {
  test('lets requests in flight finish within the drain time', async () => {
    const { seen } = await runRig({
      workload: { agents: 100, curve: constant(10, 1_000) },
      script: [{ delayMs: 3_000 }],
      plan: { drainMs: 5_000 },
    })

    assert.equal([seen.steps[0]?.ok, seen.steps[0]?.aborted], [10, 0])
  })

  test('counts what has no answer after the drain as unanswered, and times it until then', async () => {
    const rig = await runRig({
      workload: { agents: 100, curve: constant(10, 1_000) },
      script: [{ delayMs: Number.POSITIVE_INFINITY }],
      plan: { drainMs: 500 },
    })

    const [step] = rig.seen.steps
    assert.equal([step?.ok, step?.timedOut, step?.aborted, step?.errors], [0, 10, 0, { unanswered: 10 }])
    assert.equal(
      rig.seen.cells.filter(({ key }) => key.metric === 'response_time').map(({ key }) => key.outcome),
      ['timed-out'],
    )
    const waits = durationsMs(rig.seen, 'response_time')
    assert.is(waits.length, 10)
    assert.ok(waits[0]! >= 500, `the shortest wait was ${waits[0]} ms`)
    assert.is(rig.seen.gauges.inFlight, 0)
    conserves(rig.seen)
  })

  test('only aborts what somebody did not let drain: it is counted, and not timed', async () => {
    const rig = createRig({
      workload: { agents: 100, curve: constant(10, 60_000) },
      script: [{ delayMs: Number.POSITIVE_INFINITY }],
    })
    const running = rig.engine.run()
    await rig.clock.advance(1_000)
    rig.engine.stop(0)
    await rig.clock.advance(10)
    await running
    const seen = rig.take()

    assert.equal([seen.steps[0]?.timedOut, seen.steps[0]?.aborted], [0, seen.dispatch.started])
    assert.equal(seen.cells, [])
    conserves(seen)
  })

  test('cancels arrivals that still wait for an agent', async () => {
    const { seen } = await runRig({
      workload: { agents: 1, curve: constant(10, 1_000) },
      script: [{ delayMs: 400 }],
    })

    assert.is(seen.dispatch.planned, 10)
    assert.ok(seen.dispatch.cancelled >= 7, `${seen.dispatch.cancelled} cancelled`)
    conserves(seen)
  })

  test('comes early when it is told to stop', async () => {
    const rig = createRig({ workload: { agents: 5, curve: constant(100, 60_000) } })
    const running = rig.engine.run()
    await rig.clock.advance(1_000)
    rig.engine.stop(1_000)
    await rig.clock.advance(1_000)
    await running
    const seen = rig.take()

    assert.ok(Math.abs(seen.dispatch.started - 100) <= 1, `${seen.dispatch.started} started`)
    assert.is(rig.clock.pendingCount, 0, 'no timer is left')
    conserves(seen)
  })

  test('is brought forward, never put off, by a second stop', async () => {
    const rig = createRig({
      workload: { agents: 5, curve: constant(10, 60_000) },
      script: [{ delayMs: Number.POSITIVE_INFINITY }],
    })
    let ended = false
    const running = rig.engine.run().then(() => {
      ended = true
    })
    await rig.clock.advance(1_000)
    rig.engine.stop(10_000)
    rig.engine.stop(100)
    rig.engine.stop(20_000)
    await rig.clock.advance(105)
    assert.ok(ended)
    await running
  })
})

describe('ShardEngine, feeders', (test) => {
  test('end the agent when rows run out, and count the iterations that had none', async () => {
    let rows = 7
    const feeders = { users: { take: () => (rows-- > 0 ? { name: 'anna' } : null) } }
    const { seen } = await runRig({ feeders, workload: { agents: 5, curve: constant(10, 1_000) } })

    assert.equal([seen.dispatch.started, seen.dispatch.cancelled, seen.dispatch.feedersDry], [7, 3, 3])
    conserves(seen)
  })

  test('stop an agent of the closed model for good when they run dry', async () => {
    let rows = 3
    const feeders = { users: { take: () => (rows-- > 0 ? {} : null) } }
    const { seen } = await runRig({ feeders, workload: closed({ agents: 2, curve: constant(2, 1_000) }) })

    assert.equal([seen.dispatch.started, seen.dispatch.feedersDry, seen.gauges.activeAgents], [3, 2, 0])
    conserves(seen)
  })

  test('give a row for an iteration, not for a request', async () => {
    let taken = 0
    const feeders = { users: { take: () => ({ row: String(taken++) }) } }
    const { seen } = await runRig({
      feeders,
      workload: { agents: 5, curve: constant(10, 1_000) },
      ops: (request) => [request(), request(), request()],
    })

    assert.equal([taken, seen.steps[0]?.ok], [10, 30])
  })
})

describe('ShardEngine, any plan', (test) => {
  const range = (max: number) =>
    fc
      .tuple(fc.nat({ max }), fc.nat({ max }))
      .map(([a, b]) => ({ minMs: Math.min(a, b), maxMs: Math.max(a, b) }))
  const anyWorkload = fc.record<Partial<WorkloadPlan>>({
    model: fc.constantFrom('open', 'closed'),
    whenBusy: fc.constantFrom('queue', 'drop'),
    arrivals: fc.constantFrom('constant', 'poisson'),
    agents: fc.integer({ min: 1, max: 8 }),
    curve: fc.record({
      kind: fc.constant('ramp' as const),
      from: fc.nat({ max: 100 }),
      to: fc.nat({ max: 100 }),
      durationMs: fc.integer({ min: 100, max: 700 }),
    }),
    think: range(50),
    pacingMs: fc.nat({ max: 100 }),
    session: fc.record({
      journeys: fc.constantFrom(null, { min: 1, max: 1 }, { min: 1, max: 3 }),
      pause: range(50),
    }),
  })
  const anyScript = fc
    .array(
      fc.record({
        delayMs: fc.oneof(fc.nat({ max: 300 }), fc.constant(Number.POSITIVE_INFINITY)),
        error: fc.constantFrom(undefined, 'reset' as const, 'timeout-total' as const),
      }),
      { minLength: 1, maxLength: 20 },
    )
    .map((answers) => ({ number }: { number: number }) => {
      const { delayMs, error } = answers[number % answers.length]!
      return error === undefined ? { delayMs } : { delayMs, error }
    })

  test('keeps planned = started + dropped + cancelled, and every started request has one outcome', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorkload, anyScript, fc.boolean(), async (workload, script, login) => {
        const { seen, target } = await runRig({ workload, script, login, plan: { drainMs: 200 } })
        conserves(seen)
        for (const { started, ok, failed, errored, timedOut, aborted } of seen.steps)
          assert.is(started, ok + failed + errored + timedOut + aborted)
        assert.is(
          seen.steps.reduce((sum, { started }) => sum + started, 0),
          target.requests.length,
        )
        assert.is(seen.gauges.inFlight, 0)
      }),
      { numRuns: 60 },
    )
  })
})

describe('ShardEngine, a loop that stood still', (test) => {
  const PAUSED_MS = 2_000

  /** Fifty a second whose answers take 200 ms; the loop stands still in the middle of the first second. */
  async function paused(options: Parameters<typeof createRig>[0] = {}) {
    const rig = createRig({
      workload: { agents: 200, curve: constant(50, 4_000) },
      script: [{ delayMs: 200 }],
      ...options,
    })
    const running = rig.engine.run()
    await rig.clock.advance(500)
    rig.clock.freeze(PAUSED_MS)
    await rig.clock.advance(20_000)
    await running
    return { ...rig, seen: rig.take() }
  }

  test('times neither what was in flight nor what fell due meanwhile, and counts both', async () => {
    const { seen } = await paused()
    const [step] = seen.steps

    assert.is(step?.ok, 200)
    const untimed = step?.untimed ?? 0
    assert.ok(Math.abs(untimed - 110) <= 2, `${untimed} untimed`)
    assert.is(durationsMs(seen, 'response_time').length, 200 - untimed)
    assert.ok(Math.max(...durationsMs(seen, 'response_time')) < 250)
    assert.ok(Math.max(...durationsMs(seen, 'service_time')) < 250)
    conserves(seen)
  })

  test('blames nobody for a request that was lost in it', async () => {
    const { seen } = await paused({ script: [{ delayMs: 200, error: 'reset' }] })
    const errors = seen.steps[0]?.errors ?? {}

    assert.ok((errors['generator-stall'] ?? 0) >= 10, JSON.stringify(errors))
    assert.is(seen.steps[0]?.aborted, errors['generator-stall'])
    conserves(seen)
  })

  test('in the drain gives it the time back', async () => {
    const rig = createRig({
      workload: { agents: 100, curve: constant(50, 1_000) },
      script: [{ delayMs: 800 }],
      plan: { drainMs: 1_000 },
    })
    const running = rig.engine.run()
    await rig.clock.advance(1_100)
    rig.clock.freeze(PAUSED_MS)
    await rig.clock.advance(5_000)
    await running
    const seen = rig.take()

    assert.equal([seen.steps[0]?.ok, seen.steps[0]?.timedOut], [50, 0])
    conserves(seen)
  })
})

describe('ShardEngine, spans of answers and losses', (test) => {
  test('run from the first intended start to the last end', async () => {
    const { seen } = await runRig({
      workload: { agents: 10, curve: constant(10, 1_000) },
      script: [{ delayMs: 50 }],
    })

    assert.is(seen.spans.lost, null)
    assert.equal(seen.spans.answered, { fromMs: 0.001, toMs: 950 })
  })

  test('tell lost requests from answers that were judged wrong', async () => {
    const { seen } = await runRig({
      workload: { agents: 10, curve: constant(10, 1_000) },
      script: ({ number }) => ({ delayMs: 50, error: number % 2 === 0 ? 'refused' : 'status' }),
    })

    assert.ok(seen.spans.answered !== null && seen.spans.lost !== null)
    assert.ok(seen.spans.lost!.lastFromMs > seen.spans.lost!.fromMs)
    assert.ok(seen.spans.lost!.toMs >= seen.spans.lost!.lastFromMs)
  })
})
