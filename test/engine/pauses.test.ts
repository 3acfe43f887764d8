import * as assert from 'uvu/assert'
import { AgentTable } from '../../harness/engine/agents.ts'
import { Pauses } from '../../harness/engine/pauses.ts'
import type { Op, RequestOp, RetryOp } from '../../harness/engine/program.ts'
import { allocateShardCounters, FIRST_ESCALATION_COLUMN } from '../../harness/engine/shard-memory.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import type { MsRange, WorkloadPlan } from '../../harness/model/plan.ts'
import { createRig, judgeStatus, RIG_START_MS, type RigOptions, runRig } from '../kit/engine-rig.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import type { Script } from '../kit/scripted-target.ts'
import { describe } from '../kit/suite.ts'

type Steps = NonNullable<RigOptions['ops']>

const exactly = (ms: number): MsRange => ({ minMs: ms, maxMs: ms })
const think = (ms: number, maxMs = ms): Op => ({ kind: 'think', minMs: ms, maxMs })
const closed = (
  agents: number,
  durationMs: number,
  changes: Partial<WorkloadPlan> = {},
): Partial<WorkloadPlan> => ({
  model: 'closed',
  agents,
  curve: { kind: 'constant', value: agents, durationMs },
  ...changes,
})
const sessionOf = (journeys: number, pauseMs = 0) => ({
  session: { journeys: { min: journeys, max: journeys }, pause: exactly(pauseMs) },
})
const notFound = { delayMs: 10, status: 404 }
const refused = { delayMs: 0, error: 'refused' as const }
/** Requests that are judged by their status. */
const judged =
  (...ops: (string | Op)[]): Steps =>
  (request) =>
    ops.map((op) =>
      typeof op === 'string' ? request({ step: op, request: { name: op }, judge: judgeStatus }) : op,
    )

type Ended = Awaited<ReturnType<typeof runRig>>
const startsOf = ({ target }: Ended, agent = 0) =>
  target.requests
    .filter((request) => request.agent === agent)
    .map(({ startedMs }) => startedMs - RIG_START_MS)
const gapsOf = (ended: Ended, agent = 0) =>
  startsOf(ended, agent)
    .slice(1)
    .map((atMs, i) => Math.round(atMs - startsOf(ended, agent)[i]!))

function conserves({ seen }: { seen: IntervalSnapshot }): void {
  const { planned, started, dropped, cancelled } = seen.dispatch
  assert.is(planned, started + dropped + cancelled, JSON.stringify(seen.dispatch))
}

describe('Pauses, a step that fails', (test) => {
  test('is no reason to hurry: five agents whose first step is a 404 keep the second their journey thinks', async () => {
    const rig = await runRig({
      workload: closed(5, 10_000),
      script: [notFound],
      ops: judged('first', think(1_000), 'second'),
    })

    assert.equal(
      [0, 1, 2, 3, 4].map((agent) => gapsOf(rig, agent)),
      new Array(5).fill(new Array(9).fill(1_010)),
    )
    assert.equal([rig.target.requests.length, rig.seen.dispatch.iterations], [50, 0])
    conserves(rig)
  })

  test('keeps the pauses of all steps that are left, and none of those before it', async () => {
    const rig = await runRig({
      workload: closed(1, 10_000),
      script: ({ request }) => ((request as { name: string }).name === 'b' ? notFound : { delayMs: 10 }),
      ops: judged('a', think(1_000), 'b', think(200), 'c', think(300), 'd'),
    })

    assert.equal(gapsOf(rig).slice(0, 5), [1_010, 510, 1_010, 510, 1_010])
  })

  test('draws pauses as the walk would have, so that the seed decides', async () => {
    const walk = () =>
      runRig({
        workload: closed(5, 20_000, { think: { minMs: 0, maxMs: 400 } }),
        script: [notFound],
        ops: judged('first', think(500, 1_500), 'second'),
      })
    const [rig, again] = [await walk(), await walk()]
    const gaps = [0, 1, 2, 3, 4].flatMap((agent) => gapsOf(rig, agent))

    assert.ok(
      gaps.every((ms) => ms >= 510 && ms <= 1_911),
      `${Math.min(...gaps)} to ${Math.max(...gaps)} ms`,
    )
    assert.ok(new Set(gaps).size > 30, `${new Set(gaps).size} different pauses`)
    assert.ok(gaps.length > 65 && gaps.length < 95, `${gaps.length} pauses: about one in 1.2 s`)
    assert.equal(again.target.requests, rig.target.requests)
  })

  test('is followed by think time and pacing of the workload, as any journey', async () => {
    const script = [notFound]
    const ops = judged('first', think(1_000), 'second')
    const thinking = await runRig({ workload: closed(1, 5_000, { think: exactly(500) }), script, ops })
    const paced = await runRig({ workload: closed(1, 9_000, { pacingMs: 1_500 }), script, ops })
    const outpaced = await runRig({ workload: closed(1, 5_000, { pacingMs: 300 }), script, ops })

    assert.equal(new Set(gapsOf(thinking)), new Set([1_510]))
    assert.equal(new Set(gapsOf(paced)), new Set([1_500]))
    assert.equal(new Set(gapsOf(outpaced)), new Set([1_010]))
  })

  test('keeps them after its last attempt', async () => {
    const retry: RetryOp = {
      attempts: 3,
      on: ERROR_KINDS.map((kind) => kind === 'status'),
      backoff: { baseMs: 100, factor: 2, maxMs: 10_000, jitterRatio: 0 },
    }
    const rig = await runRig({
      workload: closed(1, 5_000),
      script: [notFound],
      ops: (request) => [request({ judge: judgeStatus, retry }), think(1_000), request()],
    })

    assert.equal(gapsOf(rig).slice(0, 6), [110, 210, 1_010, 110, 210, 1_010])
  })

  test('keeps them when a follow-up fails, and when a choice does', async () => {
    const failing = (name: string): Script => {
      return ({ request }) => ((request as { name: string }).name === name ? notFound : { delayMs: 10 })
    }
    const named = (request: (changes?: Partial<RequestOp>) => RequestOp, name: string, more = {}) =>
      request({ request: { name }, judge: judgeStatus, ...more })
    const escalated = await runRig({
      workload: closed(1, 4_000),
      script: failing('expert'),
      escalationKinds: ['expert'],
      ops: (request) => [
        named(request, 'complex', {
          followUps: [{ cumulative: 1, column: FIRST_ESCALATION_COLUMN, op: named(request, 'expert') }],
        }),
        think(1_000),
        named(request, 'after'),
      ],
    })
    const chosen = await runRig({
      workload: closed(1, 4_000),
      script: failing('only'),
      ops: (request) => [
        { kind: 'choice', cumulativeWeights: [1], ops: [named(request, 'only')] },
        think(1_000),
        named(request, 'after'),
      ],
    })

    assert.equal(gapsOf(escalated).slice(0, 4), [10, 1_010, 10, 1_010])
    assert.equal(gapsOf(chosen), [1_010, 1_010, 1_010])
  })

  test('keeps them after the answer has travelled', async () => {
    const regions = [{ name: 'far', weight: 1, timeZone: 'UTC', networkDelayMs: 40 }]
    const rig = await runRig({
      workload: closed(1, 4_000, { regions }),
      script: [notFound],
      ops: judged('first', think(1_000), 'second'),
    })

    assert.equal(gapsOf(rig), [1_050, 1_050, 1_050])
  })

  test('keeps them before the next session too, whose own pause follows', async () => {
    const rig = await runRig({
      workload: closed(1, 9_000, sessionOf(2, 2_000)),
      script: [notFound],
      ops: judged('first', think(1_000), 'second'),
    })

    assert.equal(gapsOf(rig), [1_010, 3_010, 1_010, 3_010])
    conserves(rig)
  })

  test('that was answered, and pauses nowhere, starts again at once: that is the load which was asked for', async () => {
    const rig = await runRig({ workload: closed(1, 1_000), script: [notFound], ops: judged('only') })

    assert.equal(new Set(gapsOf(rig)), new Set([10]))
  })
})

describe('Pauses, requests without an answer', (test) => {
  const workload = closed(1, 20_000)
  const ops = judged('only')

  test('back off where nothing pauses: 100 ms, doubled up to 5 s', async () => {
    const rig = await runRig({ workload, script: [refused], ops })

    assert.equal(gapsOf(rig), [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    conserves(rig)
  })

  test('back off by agent, whatever the reason', async () => {
    for (const error of ['reset', 'dns', 'tls', 'code', 'connect', 'no-port'] as const) {
      const rig = await runRig({ workload: closed(5, 10_000), script: [{ delayMs: 0, error }], ops })
      assert.is(rig.target.requests.length, 35, error)
    }
  })

  test('begin anew after the first answer, good or bad', async () => {
    for (const status of [200, 404]) {
      const rig = await runRig({
        workload: closed(1, 5_000),
        script: ({ number }) => (number % 4 === 3 ? { delayMs: 10, status } : refused),
        ops,
      })
      assert.equal(gapsOf(rig).slice(0, 8), [100, 200, 400, 10, 100, 200, 400, 10])
    }
  })

  test('count the answer of an earlier step: what is there still gets its load', async () => {
    const rig = await runRig({
      workload: closed(1, 1_000),
      script: ({ number }) => (number % 2 === 1 ? refused : { delayMs: 10 }),
      ops: judged('a', 'b'),
    })

    assert.equal(new Set(gapsOf(rig)), new Set([10, 100]))
  })

  test('add nothing to pauses that are there: before the step, after it, of the workload, of the session, of a retry', async () => {
    const retry: RetryOp = {
      attempts: 2,
      on: ERROR_KINDS.map((kind) => kind === 'refused'),
      backoff: { baseMs: 50, factor: 1, maxMs: 50, jitterRatio: 0 },
    }
    const run = (changes: Partial<WorkloadPlan>, steps: Steps) =>
      runRig({ workload: closed(1, 4_000, changes), script: [refused], ops: steps })
    const runs = [
      await run({}, judged(think(50), 'only')),
      await run({}, judged('only', think(50))),
      await run({ think: exactly(50) }, ops),
      await run({ pacingMs: 50 }, ops),
      await run(sessionOf(1, 50), ops),
    ]

    for (const rig of runs) assert.equal(new Set(gapsOf(rig)), new Set([50]))
    const retrying = await run({}, (request) => [request({ retry })])
    assert.ok(gapsOf(retrying).every((ms) => ms <= 50))
  })

  test('back off from session to session', async () => {
    const rig = await runRig({ workload: closed(1, 4_000, sessionOf(1)), script: [refused], ops })

    assert.equal(gapsOf(rig), [100, 200, 400, 800, 1_600])
    assert.is(rig.seen.dispatch.sessions, 6)
    conserves(rig)
  })

  test('have waited long enough when they timed out', async () => {
    const rig = await runRig({
      workload: closed(1, 5_000),
      script: [{ delayMs: 1_000, error: 'timeout-first-byte' }],
      ops,
    })

    assert.equal(new Set(gapsOf(rig)), new Set([1_000]))
  })
})

describe('Pauses, code', (test) => {
  const workload = closed(1, 4_000)
  const backedOff = [100, 200, 400, 800, 1_600]

  test('that throws at once backs off', async () => {
    let journeys = 0
    const rig = await runRig({
      workload,
      code: () => {
        journeys++
        throw new Error('broken')
      },
    })

    assert.is(journeys, backedOff.length + 1)
    assert.equal([rig.seen.dispatch.failedByCode, rig.seen.steps], [journeys, []])
    conserves(rig)
  })

  test('that throws after a bad answer backs off, and begins anew when a journey ends well', async () => {
    const rig = await runRig({
      workload,
      script: ({ number }) => ({ delayMs: 10, status: number === 3 ? 200 : 500 }),
      async code(port, request) {
        const { ok } = await port.send({ ...request, judge: judgeStatus })
        if (!ok) throw new Error('no cart')
      },
    })

    assert.equal(gapsOf(rig), [110, 210, 410, 10, 110, 210, 410, 810, 1_610])
  })

  test('that takes no notice of a request without an answer backs off too', async () => {
    const rig = await runRig({ workload, script: [refused], code: (port, request) => port.send(request) })

    assert.equal(gapsOf(rig), backedOff)
    assert.is(rig.seen.dispatch.iterations, 6)
  })

  test('keeps its own pauses, and those of the workload, and nothing is added to them', async () => {
    const throws = () => Promise.reject(new Error('broken'))
    const own = await runRig({
      workload,
      script: [refused],
      async code(port, request) {
        await port.think(50)
        await port.send(request)
        throw new Error('broken')
      },
    })
    const paced = await runRig({ workload: closed(1, 4_000, { pacingMs: 500 }), code: throws })
    const thinking = await runRig({ workload: closed(1, 4_000, { think: exactly(500) }), code: throws })

    assert.equal(new Set(gapsOf(own)), new Set([50]))
    assert.equal(
      [paced, thinking].map(({ seen }) => seen.dispatch.failedByCode),
      [8, 8],
    )
  })
})

describe('Pauses, a login that fails', (test) => {
  const workload = closed(1, 100_000)
  const unauthorised = [{ delayMs: 0, status: 401 }]
  const instants = [0, 1, 3, 7, 15, 31, 61, 91]
  const seconds = (rig: Ended) => startsOf(rig).map((atMs) => Math.floor(atMs / 1_000))

  test('is tried again after 1 s, doubled up to 30 s, and no journey is walked', async () => {
    const rig = await runRig({ workload, login: true, script: unauthorised })
    const { planned, cancelled, started } = rig.seen.dispatch

    assert.equal(seconds(rig), instants)
    assert.equal([planned, cancelled, started], [8, 8, 0])
    conserves(rig)
  })

  test('is tried again as the plan says', async () => {
    const rig = await runRig({
      workload: closed(1, 2_000),
      login: true,
      script: unauthorised,
      plan: { loginRetry: { backoffMs: 200, maxBackoffMs: 500 } },
    })

    assert.equal(gapsOf(rig), [200, 400, 500, 500])
  })

  test('waits as long when it is code that throws, or has no answer', async () => {
    const login = async (port: Parameters<NonNullable<RigOptions['code']>>[0], request: RequestOp) => {
      await port.send(request)
      throw new Error('no token')
    }
    const throwing = await runRig({ workload, login, script: [{ delayMs: 0 }] })
    const unanswered = await runRig({ workload, login: true, script: [refused] })

    assert.equal([seconds(throwing), seconds(unanswered)], [instants, instants])
    conserves(throwing)
  })

  test('begins anew once a login works', async () => {
    const rig = await runRig({
      workload: closed(1, 20_000, { ...sessionOf(1), think: exactly(0) }),
      login: true,
      script: ({ number }) => ({ delayMs: 10, status: [0, 1, 4, 5].includes(number) ? 401 : 200 }),
      ops: judged('only'),
    })

    assert.equal(gapsOf(rig).slice(0, 8), [1_010, 2_010, 10, 10, 1_010, 2_010, 10, 10])
  })

  test('waits no less than a session pauses', async () => {
    const rig = await runRig({
      workload: closed(1, 12_000, sessionOf(1, 3_000)),
      login: true,
      script: unauthorised,
    })

    assert.equal(gapsOf(rig), [3_000, 3_000, 4_000])
  })
})

describe('Pauses, the time that agents backed off', (test) => {
  const backedOffOf = async (options: RigOptions) =>
    Math.round((await runRig(options)).seen.dispatch.backedOffMs)

  test('is told from the second failure in a row on, and no longer than the plan', async () => {
    // 100 ms that say little, then until 10 s all of it: the last back-off goes on beyond the end.
    assert.is(await backedOffOf({ workload: closed(2, 10_000), script: [refused] }), 2 * (10_000 - 100) - 2)
    assert.is(
      await backedOffOf({
        workload: closed(1, 10_000),
        login: true,
        script: [{ delayMs: 0, status: 401 }],
      }),
      9_000 - 1,
    )
  })

  test('is none where a failure now and then is all there is, and where pauses are the plan', async () => {
    const nowAndThen: Script = ({ number }) => (number % 3 === 0 ? refused : { delayMs: 10 })
    assert.is(await backedOffOf({ workload: closed(1, 5_000), script: nowAndThen }), 0)
    assert.is(
      await backedOffOf({ workload: closed(1, 5_000, { think: exactly(500) }), script: [refused] }),
      0,
    )
  })
})

describe('Pauses, the open model', (test) => {
  const open = (agents: number, changes: Partial<WorkloadPlan> = {}): Partial<WorkloadPlan> => ({
    agents,
    whenBusy: 'drop',
    curve: { kind: 'constant', value: 10, durationMs: 1_000 },
    ...changes,
  })

  test('frees the agent at once when its session is over: arrivals make the load', async () => {
    const rig = await runRig({
      workload: open(1),
      script: [notFound],
      ops: judged('first', think(1_000), 'second'),
    })

    assert.equal([rig.target.requests.length, rig.seen.dispatch.dropped], [10, 0])
    conserves(rig)
  })

  test('holds the agent between the journeys of a session', async () => {
    const once = { curve: { kind: 'constant', value: 1, durationMs: 1_000 } as const, durationMs: 10_000 }
    const plan = { durationMs: 10_000 }
    const kept = await runRig({
      workload: open(1, { ...once, ...sessionOf(3) }),
      plan,
      script: [notFound],
      ops: judged('first', think(1_000), 'second'),
    })
    const unanswered = await runRig({
      workload: open(1, { ...once, ...sessionOf(3) }),
      plan,
      script: [refused],
    })

    assert.equal(
      [gapsOf(kept), gapsOf(unanswered)].map((gaps) => gaps.slice(0, 2)),
      [
        [1_010, 1_010],
        [100, 200],
      ],
    )
    conserves(kept)
  })

  test('gives up an arrival whose login fails, and the next one tries at its own instant', async () => {
    const rig = await runRig({ workload: open(1), login: true, script: [{ delayMs: 10, status: 401 }] })

    assert.equal(gapsOf(rig), [99, 100, 100, 100, 100, 100, 100, 100, 100])
    assert.equal([rig.seen.dispatch.cancelled, rig.seen.dispatch.dropped], [10, 0])
    conserves(rig)
  })
})

describe('Pauses, an open model whose login fails', (test) => {
  const arrivals: Partial<WorkloadPlan> = {
    agents: 20,
    curve: { kind: 'constant', value: 10, durationMs: 60_000 },
  }
  const failures: Record<string, Partial<RigOptions>> = {
    'answers 401 at once': { login: true, script: [{ delayMs: 0, status: 401 }] },
    'is refused': { login: true, script: [refused] },
    'is code that throws': { login: () => Promise.reject(new Error('no token')) },
    'is code that throws after an answer': {
      login: async (port, request) => {
        await port.send(request)
        throw new Error('no token')
      },
      script: [{ delayMs: 0 }],
    },
  }
  for (const [name, failure] of Object.entries(failures))
    test(`tries it once an arrival and never again, where the login ${name}`, async () => {
      const rig = await runRig({ workload: { ...arrivals, ...sessionOf(5) }, ...failure })
      const { planned, started, cancelled, dropped } = rig.seen.dispatch

      assert.equal([planned, started, cancelled, dropped], [600, 0, 600, 0])
      assert.ok(rig.target.requests.length <= 600)
      const ofSecond = new Map<number, number>()
      for (const atMs of startsOf(rig)) {
        const second = Math.floor(atMs / 1_000)
        ofSecond.set(second, (ofSecond.get(second) ?? 0) + 1)
      }
      assert.ok(Math.max(0, ...ofSecond.values()) <= 11, 'arrivals are 10 a second')
      conserves(rig)
    })
})

describe('Pauses, the end of a run', (test) => {
  const cases: Record<string, RigOptions> = {
    'a back-off': { workload: closed(3, 60_000), script: [refused] },
    'pauses that were kept': {
      workload: closed(3, 60_000),
      script: [notFound],
      ops: judged('first', think(50_000), 'second'),
    },
    'the wait for another login': {
      workload: closed(3, 60_000),
      login: true,
      script: [{ delayMs: 0, status: 401 }],
    },
    'the back-off of code': { workload: closed(3, 60_000), code: () => Promise.reject(new Error('broken')) },
  }
  for (const [name, options] of Object.entries(cases))
    test(`does not wait for ${name}`, async () => {
      const rig = createRig(options)
      let ended = false
      const running = rig.engine.run().then(() => {
        ended = true
      })
      await rig.clock.advance(5_000)
      const sent = rig.target.requests.length
      rig.engine.stop(10_000)
      await rig.clock.advance(2)
      assert.ok(ended)
      await running
      await rig.clock.advance(60_000)

      assert.is(rig.target.requests.length, sent)
      conserves({ seen: rig.take() })
    })
})

describe('Pauses, by agent', (test) => {
  const pausesOf = (agents: AgentTable) =>
    new Pauses(
      agents,
      { ...aRunPlan(), workload: aWorkload() },
      new Float64Array(allocateShardCounters(0, 0)),
      0,
    )

  test('forgets the failures of a slot that takes another identity', () => {
    const agents = new AgentTable(1, [{ slots: 1, regions: [] }])
    const pauses = pausesOf(agents)
    const waits = () => {
      agents.unanswered[0] = 1
      return [pauses.untilJourney(0, 0, 0), pauses.untilLogin(0, 0)]
    }
    agents.assume(0, 1)
    assert.equal(
      [waits(), waits()],
      [
        [100, 1_000],
        [200, 2_000],
      ],
    )
    agents.assume(0, 2)
    assert.equal(waits(), [100, 1_000])
  })

  test('never waits longer than the longest back-off, however often it failed', () => {
    const agents = new AgentTable(1, [{ slots: 1, regions: [] }])
    const pauses = pausesOf(agents)
    for (let i = 0; i < 1_000; i++) pauses.untilLogin(0, 0)

    assert.is(pauses.untilLogin(0, 0), 30_000)
  })
})
