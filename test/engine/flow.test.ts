import * as assert from 'uvu/assert'
import type { ConditionPlan } from '../../harness/model/plan/condition-schema.ts'
import {
  DEFAULT_TIMEOUTS,
  type RequestStepPlan,
  type StepPlan,
  type WorkloadPlan,
} from '../../harness/model/plan.ts'
import { createRig, durationsMs, type RigOptions, runRig } from '../kit/engine-rig.ts'
import type { Script } from '../kit/scripted-target.ts'
import { describe } from '../kit/suite.ts'

/** Arrivals one second apart, each with an agent of its own. */
const arrivals = (amount: number): Partial<WorkloadPlan> => ({
  agents: amount,
  curve: { kind: 'constant', value: 1, durationMs: amount * 1_000 },
})
/** Agents of the closed model for so many seconds. */
const closed = (agents: number, seconds: number): Partial<WorkloadPlan> => ({
  model: 'closed',
  agents,
  curve: { kind: 'constant', value: agents, durationMs: seconds * 1_000 },
})

const request = (name: string, changes: Partial<RequestStepPlan> = {}): RequestStepPlan => ({
  kind: 'request',
  name,
  target: 'main',
  request: { name },
  timeouts: DEFAULT_TIMEOUTS,
  expect: [],
  extract: {},
  retry: null,
  followUps: [],
  ...changes,
})
const asked = (name: string) => request(name, { extract: { status: 'json:status' } })
const think = (ms: number): StepPlan => ({ kind: 'think', time: { minMs: ms, maxMs: ms } })
const repeat = (
  times: number,
  steps: readonly StepPlan[],
  condition: ConditionPlan | null = null,
): StepPlan => ({
  kind: 'repeat',
  times,
  while: condition,
  until: null,
  steps,
})
const poll = (times: number, steps: readonly StepPlan[], until: ConditionPlan): StepPlan => ({
  kind: 'repeat',
  times,
  while: null,
  until,
  steps,
})
const isPaid: ConditionPlan = { variable: 'status', equals: 'paid' }
const unlessPaid: ConditionPlan = { not: isPaid }

const walked = async (steps: readonly StepPlan[], options: Partial<RigOptions> = {}) => {
  const rig = await runRig({ workload: arrivals(1), ...options, steps })
  return {
    ...rig,
    names: rig.target.requests.map((each) => (each.request as { name: string }).name),
    startsMs: rig.target.requests.map(({ startedMs }) =>
      Math.round(startedMs - rig.target.requests[0]!.startedMs),
    ),
  }
}
/** Answers in 10 ms, the n-th of them with the n-th status. */
const statuses =
  (...all: readonly string[]): Script =>
  ({ number }) => ({ delayMs: 10, body: JSON.stringify({ status: all[number] ?? all.at(-1) }) })

describe('A repeat', (test) => {
  test('walks its steps so many times, and then what follows', async () => {
    const { names, seen } = await walked([
      request('first'),
      repeat(3, [request('a'), repeat(2, [request('b')])]),
      request('last'),
    ])
    assert.is(names.join(' '), 'first a b b a b b a b b last')
    assert.is(seen.dispatch.iterations, 1)
  })

  test('begins anew in the next journey', async () => {
    const session = { journeys: { min: 2, max: 2 }, pause: { minMs: 0, maxMs: 0 } }
    const { names } = await walked([repeat(2, [request('a')])], { workload: { ...arrivals(1), session } })
    assert.is(names.length, 4)
  })

  test('goes on while its condition holds, looked at before each round', async () => {
    const steps = [request('begin'), repeat(20, [asked('poll'), think(100)], unlessPaid), request('last')]
    const { names, startsMs } = await walked(steps, { script: statuses('', 'open', 'open', 'paid') })
    assert.is(names.join(' '), 'begin poll poll poll last')
    assert.equal(startsMs, [0, 10, 120, 230, 340])
  })

  test('goes on until its condition holds, looked at after each round', async () => {
    const steps = [asked('begin'), poll(20, [asked('poll')], isPaid), request('last')]
    const paidBefore = await walked(steps, { script: statuses('paid', 'open', 'paid') })
    assert.is(paidBefore.names.join(' '), 'begin poll poll last')
    const paid = await walked(steps, { script: statuses('paid') })
    assert.is(paid.names.join(' '), 'begin poll last')
    const never = await walked(steps, { script: statuses('open') })
    assert.is(never.names.length, 22)
  })

  test('ends after the most rounds, and may have none', async () => {
    const never = await walked([repeat(5, [asked('poll')], unlessPaid)], { script: statuses('open') })
    assert.is(never.names.length, 5)
    assert.is(never.seen.dispatch.iterations, 1)
    const none = await walked([
      repeat(5, [request('a')], { variable: 'status', exists: true }),
      request('last'),
    ])
    assert.equal(none.names, ['last'])
  })

  test('lets others have their turn however many rounds send nothing', async () => {
    const nothing: StepPlan = {
      kind: 'if',
      condition: { variable: 'status', exists: true },
      steps: [request('never')],
      else: [],
    }
    const { names, seen } = await walked([repeat(10_000, [repeat(10, [nothing])]), request('last')], {
      workload: arrivals(2),
    })
    assert.equal(names, ['last', 'last'])
    assert.is(seen.dispatch.iterations, 2)
  })
})

describe('A condition', (test) => {
  const branch = (condition: ConditionPlan): StepPlan => ({
    kind: 'if',
    condition,
    steps: [request('yes')],
    else: [request('no')],
  })

  test('decides which steps are walked', async () => {
    const steps = [asked('ask'), branch({ variable: 'status', equals: 'paid' }), request('last')]
    const paid = await walked(steps, { script: statuses('paid') })
    const open = await walked(steps, { script: statuses('open') })
    assert.equal(
      [paid.names, open.names],
      [
        ['ask', 'yes', 'last'],
        ['ask', 'no', 'last'],
      ],
    )
  })

  test('by value: the first case that fits, else the others', async () => {
    const steps: StepPlan[] = [
      asked('ask'),
      {
        kind: 'switch',
        variable: 'status',
        cases: [
          { value: 'paid', steps: [request('thank')] },
          { value: 'open', steps: [request('remind'), think(50)] },
        ],
        else: [request('close')],
      },
      request('last'),
    ]
    const namesAt = async (status: string) =>
      (await walked(steps, { script: statuses(status) })).names.join(' ')
    assert.is(await namesAt('paid'), 'ask thank last')
    assert.is(await namesAt('open'), 'ask remind last')
    assert.is(await namesAt('lost'), 'ask close last')
  })

  test('that lets an agent send nothing does not make it spin', async () => {
    const steps: StepPlan[] = [
      { kind: 'if', condition: { variable: 'status', exists: true }, steps: [request('never')], else: [] },
    ]
    const { names, seen } = await walked(steps, { workload: closed(1, 10) })
    assert.equal(names, [])
    // 0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3 s.
    assert.is(seen.dispatch.iterations, 7)
  })
})

/** Rounds off what the 1 ms tick adds. */
const toTen = (ms: number) => Math.round(ms / 10) * 10

/** Times of a group, in steps of 10 ms: those that were walked to their end, and those that a failure ended. */
function groupsOf({ seen }: Awaited<ReturnType<typeof walked>>, name: string) {
  const of = (outcome: string) => ({
    ...seen,
    cells: seen.cells.filter(({ key }) => key.outcome === outcome),
  })
  const ms = (outcome: string) => durationsMs(of(outcome), 'group_time', name).map(toTen)
  return { ok: ms('ok'), failed: ms('failed') }
}
const group = (name: string, ...steps: readonly StepPlan[]): StepPlan => ({ kind: 'group', name, steps })

describe('A group', (test) => {
  test('is timed from its intended start to its end, without the pauses of the agent', async () => {
    const all = await walked([
      think(70),
      group('outer', request('a'), think(500), group('inner', request('b'), request('c')), request('d')),
      request('e'),
    ])
    assert.equal(
      [groupsOf(all, 'outer'), groupsOf(all, 'inner')],
      [
        { ok: [40], failed: [] },
        { ok: [20], failed: [] },
      ],
    )
    // A group is no request.
    assert.equal(all.seen.steps.map(({ step }) => step).sort(), ['a', 'b', 'c', 'd', 'e'])
  })

  test('is timed once a round', async () => {
    const all = await walked([repeat(3, [group('round', request('a'))])])
    assert.equal(groupsOf(all, 'round').ok, [10, 10, 10])
  })

  test('fails with its journey, and so do those around it', async () => {
    const all = await walked(
      [
        group('before', request('a')),
        group('outer', request('b'), group('inner', request('c')), request('d')),
      ],
      { script: ({ number }) => (number === 2 ? { delayMs: 10, error: 'reset' } : { delayMs: 10 }) },
    )
    assert.equal(groupsOf(all, 'before'), { ok: [10], failed: [] })
    assert.equal(groupsOf(all, 'outer'), { ok: [], failed: [20] })
    assert.equal(groupsOf(all, 'inner'), { ok: [], failed: [10] })
  })

  test('that ends while the load ends is counted, and so is its journey', async () => {
    const all = await walked([group('last', request('a'))], {
      workload: { ...arrivals(1), curve: { kind: 'constant', value: 1, durationMs: 1_000 } },
      script: [{ delayMs: 1_500 }],
    })
    assert.equal(groupsOf(all, 'last').ok, [1_500])
    assert.is(all.seen.dispatch.iterations, 1)
  })
})

describe('A pace', (test) => {
  const pace = (everyMs: number): StepPlan => ({ kind: 'pace', everyMs })

  test('lets a round begin at most so often', async () => {
    const { startsMs } = await walked([repeat(4, [pace(100), request('a')])])
    assert.equal(startsMs.map(toTen), [0, 100, 200, 300])
    const slow = await walked([repeat(3, [pace(100), request('a')])], { script: [{ delayMs: 130 }] })
    assert.equal(slow.startsMs.map(toTen), [0, 130, 260])
  })

  test('lets an iteration begin at most so often, whether the one before failed or not', async () => {
    const { startsMs } = await walked([pace(1_000), request('a'), request('b')], {
      workload: closed(1, 5),
      script: ({ number }) => (number === 1 ? { delayMs: 10, status: 500, error: 'reset' } : { delayMs: 10 }),
    })
    assert.equal(
      startsMs
        .filter((_, index) => index % 2 === 0)
        .slice(0, 5)
        .map(toTen),
      [0, 1_000, 2_000, 3_000, 4_000],
    )
  })

  test('is measured from the instant at which it was due', async () => {
    const all = await walked([repeat(3, [pace(100), request('a')])])
    assert.ok(durationsMs(all.seen, 'start_delay', 'a').every((ms) => ms <= 1))
  })

  test('is kept by an agent that gives up, and forgotten with its session', async () => {
    const gaps = await walked([repeat(3, [pace(500), request('a')])], {
      workload: closed(1, 4),
      script: [{ delayMs: 10, error: 'reset' }, { delayMs: 10 }],
    })
    // Two more rounds were to come, 0.5 and 1 s after the first; the next iteration begins 0.5 s after them.
    assert.equal(gaps.startsMs.slice(0, 3).map(toTen), [0, 1_500, 2_000])
    const anew = await walked([pace(60_000), request('a')], { workload: arrivals(3) })
    assert.is(anew.names.length, 3)
  })

  test('is no part of a group', async () => {
    const all = await walked([group('two', repeat(2, [pace(300), request('a')]))])
    assert.equal(groupsOf(all, 'two').ok, [20])
  })
})

describe('Requests at once', (test) => {
  const atOnce = (...steps: readonly RequestStepPlan[]): StepPlan => ({ kind: 'parallel', steps })
  const retry = {
    attempts: 3,
    on: ['reset'],
    backoff: { baseMs: 100, factor: 1, maxMs: 100, jitterRatio: 0 },
  }
  const slowOf: Script = ({ request: sent }) => ({
    delayMs: (sent as { name: string }).name === 'slow' ? 200 : 10,
  })

  test('are sent at one instant, and the next step follows the last answer', async () => {
    const all = await walked(
      [request('a'), atOnce(request('b'), request('slow'), request('c')), request('d')],
      {
        script: slowOf,
      },
    )
    assert.is(all.names.join(' '), 'a b slow c d')
    assert.equal(all.startsMs.map(toTen), [0, 10, 10, 10, 210])
    assert.equal(all.seen.steps.map(({ step, ok }) => `${step} ${ok}`).sort(), [
      'a 1',
      'b 1',
      'c 1',
      'd 1',
      'slow 1',
    ])
    assert.equal(durationsMs(all.seen, 'response_time', 'slow').map(toTen), [200])
    assert.is(all.seen.dispatch.iterations, 1)
  })

  test('end the journey once all are over when one has failed', async () => {
    const all = await walked([atOnce(request('bad'), request('slow')), request('never')], {
      script: (seen) => ({ ...slowOf(seen), ...(seen.number === 0 ? { error: 'reset' as const } : {}) }),
    })
    assert.equal(all.names, ['bad', 'slow'])
    assert.equal([all.seen.dispatch.iterations, all.seen.dispatch.failedJourneys], [0, 1])
    assert.is(all.seen.steps.find(({ step }) => step === 'slow')?.ok, 1)
  })

  test('are each tried again on their own', async () => {
    const all = await walked([atOnce(request('a', { retry }), request('b')), request('c')], {
      script: ({ number }) => (number === 0 ? { delayMs: 10, error: 'reset' } : { delayMs: 10 }),
    })
    assert.is(all.names.join(' '), 'a b a c')
    assert.equal(all.startsMs.map(toTen), [0, 0, 110, 120])
    assert.is(all.seen.dispatch.iterations, 1)
  })

  test('extract what later steps need, and are one group', async () => {
    const all = await walked(
      [
        group('both', atOnce(asked('a'), request('b'))),
        { kind: 'if', condition: isPaid, steps: [request('c')], else: [] },
      ],
      { script: statuses('paid') },
    )
    assert.is(all.names.join(' '), 'a b c')
    assert.equal(groupsOf(all, 'both').ok, [10])
  })

  test('travel back to the region, and may be the last of a load', async () => {
    const regions = [{ name: 'far', weight: 1, timeZone: 'UTC', networkDelayMs: 40 }]
    const all = await walked([repeat(2, [atOnce(request('a'), request('b'))])], {
      workload: { ...arrivals(1), regions },
    })
    assert.equal(all.startsMs.map(toTen), [0, 0, 50, 50])
    const last = await walked([atOnce(request('a'), request('b'))], { script: [{ delayMs: 1_500 }] })
    assert.equal([last.seen.dispatch.iterations, last.seen.gauges.inFlight], [1, 0])
    const lost = await walked([atOnce(request('a'), request('b'))], {
      script: [{ delayMs: Number.POSITIVE_INFINITY }],
    })
    assert.equal(
      lost.seen.steps.map(({ timedOut }) => timedOut),
      [1, 1],
    )
  })
})

describe('A rendezvous', (test) => {
  const meet = (agents: number, timeoutMs = 60_000): StepPlan => ({ kind: 'rendezvous', agents, timeoutMs })
  const checksOf = ({ seen }: Awaited<ReturnType<typeof walked>>) =>
    seen.checks.map(({ check, passed, failed }) => [check, passed, failed])

  test('lets agents go on at the instant at which the last of them comes', async () => {
    // Four arrivals, a second apart.
    const all = await walked([request('a'), meet(4), request('b')], { workload: arrivals(4) })
    const startsOf = (name: string) => all.startsMs.filter((_, i) => all.names[i] === name).map(toTen)
    assert.equal(startsOf('a'), [0, 1_000, 2_000, 3_000])
    assert.equal(startsOf('b'), [3_010, 3_010, 3_010, 3_010])
    assert.equal(checksOf(all), [['rendezvous of 4', 4, 0]])
    assert.ok(durationsMs(all.seen, 'start_delay', 'b').every((ms) => ms <= 1.1))
  })

  test('lets an agent go on alone that has waited long enough', async () => {
    const all = await walked([meet(2, 500), request('a')], { workload: { ...arrivals(3), agents: 3 } })
    assert.equal(all.startsMs.map(toTen), [0, 1_000, 2_000])
    assert.equal(checksOf(all), [['rendezvous of 2', 0, 3]])
  })

  test('is no part of a group, and begins anew with the next agents', async () => {
    const all = await walked([group('met', meet(2), request('a'))], { workload: arrivals(4) })
    assert.equal(all.startsMs.map(toTen), [0, 0, 2_000, 2_000])
    assert.equal(groupsOf(all, 'met').ok, [10, 10, 10, 10])
  })

  test('asks of a thread its share, and of one agent alone nothing', async () => {
    const workload = { ...arrivals(8), agents: 8 }
    const rig = createRig({ workload, steps: [meet(8), request('a')], shard: 0, shardCount: 4 })
    const running = rig.engine.run()
    await rig.clock.advance(9_000)
    rig.engine.stop(0)
    await rig.clock.advance(2_000)
    await running
    assert.is(rig.target.requests.length, 2)
  })
})

describe('An agent that gives up', (test) => {
  /** The time from the request that fails to the next one. */
  const pauseMs = async (steps: readonly StepPlan[]) => {
    const { startsMs } = await walked(steps, {
      workload: closed(1, 20),
      script: [{ delayMs: 10, error: 'reset' }, { delayMs: 10 }],
    })
    const [first = 0, next = 0] = startsMs
    return next - first
  }

  test('keeps the pauses of all rounds that are left', async () => {
    // Of four rounds of a second each the first one fails.
    assert.is(await pauseMs([repeat(4, [request('a'), think(1_000)])]), 4_010)
  })

  test('keeps those of this round alone where a condition decides on the next', async () => {
    const steps = [repeat(4, [request('a'), think(1_000)], unlessPaid), think(500)]
    assert.is(await pauseMs(steps), 1_510)
  })

  test('keeps those of the branch that it would have taken', async () => {
    const branch: StepPlan = {
      kind: 'if',
      condition: { variable: 'status', exists: true },
      steps: [think(9_000)],
      else: [think(2_000)],
    }
    assert.is(await pauseMs([request('a'), branch]), 2_010)
  })

  test('does not count pauses without an end', async () => {
    const inner = repeat(10_000, [repeat(10_000, [think(0)])])
    // Nothing pauses, and nobody answered.
    assert.is(await pauseMs([request('a'), inner]), 110)
  })
})
