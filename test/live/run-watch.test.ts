import * as assert from 'uvu/assert'
import { viewOf } from '../../harness/analysis/monitor/live-interval.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RunWatch } from '../../harness/live/run-watch.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import { standingOf, standingText } from '../../harness/text/standing.ts'
import { anAlert } from '../kit/alerts.ts'
import { aPlan } from '../kit/builders.ts'
import { aDemand, aReason } from '../kit/demands.ts'
import { aMergedSecond, type SecondShape, ToldLoad } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'
import { aGoodRun } from '../kit/verdicts.ts'

const EXPECT = 'p99(response_time) < 100ms'
const { objectives } = parseObjectives(
  [{ expect: EXPECT, window: '10s', for: '2s', grace: '5s' }, 'error_ratio < 10%', 'throughput > 1/s'],
  'objectives',
)
const PHASES = [
  { name: 'warm-up', startMs: 0, endMs: 1_000, measured: false },
  { name: 'steady', startMs: 1_000, endMs: 10_000, measured: true },
]
const plan = aPlan({ scenario: 'shop', objectives, phases: PHASES })

/** A watch that was told of these seconds. */
function aWatch(...seconds: readonly SecondShape[]): RunWatch {
  return aToldWatch(...seconds).watch
}

/** The same, and what tells it of more. */
function aToldWatch(...seconds: readonly SecondShape[]) {
  const watch = new RunWatch()
  watch.onBegin({ runId: 'run', correlationId: 'c' })
  watch.onPrepared(plan, 2)
  const load = new ToldLoad(watch, plan)
  for (const [i, shape] of seconds.entries()) load.second(i, shape)
  return { watch, load }
}

const standings = ({ view }: RunWatch) => view.objectives.map((status) => standingText(status, view.nowMs))

function anObjectiveEvent(changes: Partial<ObjectiveEvent>): ObjectiveEvent {
  return {
    at: '2026-01-01T00:00:03.000Z',
    atMs: 3_000,
    sinceMs: 2_000,
    runId: 'run',
    correlationId: 'c',
    ...aDemand(EXPECT),
    from: 'ok',
    to: 'pending',
    severity: 'major',
    observed: 250,
    windowMs: 10_000,
    sampleCount: 30,
    annotations: { component: 'llm' },
    ...changes,
  }
}

const many = (count: number, ms: number) => Array.from({ length: count }, () => ms)

describe('A watched run', (test) => {
  test('shows its plan and the statuses of its objectives before the first second', () => {
    const { view } = aWatch()

    assert.equal([view.stage, view.runId, view.scenario], ['running', 'run', 'shop'])
    assert.equal([view.plan?.model, view.plan?.agents, view.plan?.threads], ['closed', 10, 2])
    assert.equal(
      view.objectives.map((status) => standingOf(status)),
      ['no data', 'no data', 'no data'],
    )
    assert.is(view.nowMs, 0)
  })

  test('shows the rates of the last second', () => {
    const { view } = aWatch({ okMs: many(10, 20) }, { okMs: many(4, 20), failed: 2 })

    assert.equal([view.plannedPerSec, view.startedPerSec, view.requestsPerSec], [6, 6, 6])
    assert.equal([view.nowMs, view.activeAgents, view.inFlight], [2_000, 10, 1])
  })

  test('counts requests of the whole run, and those that failed by step and cause, warm-up and all', () => {
    const cause = { kind: 'status', text: 'HTTP 503' }
    const failures = [
      {
        phase: 'steady',
        of: 'requests' as const,
        step: 'step',
        counts: [{ ...cause, count: 1 }],
        samples: [],
      },
    ]

    const { view } = aWatch({ okMs: [20], failed: 1, failures }, { okMs: [20, 20], failed: 2 })

    assert.equal([view.requestCount, view.errorCount], [6, 3])
    assert.equal(view.failures, [
      { step: 'step', kind: 'status', text: 'other', count: 2 },
      { step: 'step', ...cause, count: 1 },
    ])
  })

  test('tells the response times of the last ten seconds from those of the run', () => {
    const { view } = aWatch({ okMs: many(100, 500) }, ...many(10, 0).map(() => ({ okMs: many(10, 20) })))

    assert.is(view.windowMs, 10_000)
    assert.equal([view.window.count, view.run.count], [100, 200])
    assert.ok(Math.abs(view.window.maxMs - 20) < 0.1)
    assert.ok(Math.abs(view.run.p99Ms - 500) < 1)
    assert.is(
      view.bars.reduce((sum, { count }) => sum + count, 0),
      100,
    )
  })

  test('has a window of ten intervals, a little early or late as they end', () => {
    const { watch, load } = aToldWatch()
    for (let i = 0; i < 20; i++) {
      load.second(i, { okMs: [20] }, { endMs: (i + 1) * 1000 + (i % 2) })
      if (i >= 9) assert.is(watch.view.window.count, 10)
    }
  })

  test('says so when a phase begins, once', () => {
    const seconds = ['warm-up', 'steady', 'steady'].map((phase) => ({ okMs: [20], phase }))

    const { view } = aWatch(...seconds)

    assert.equal(
      view.events.map(({ kind, atMs, text }) => [kind, atMs, text]),
      [
        ['phase', 0, 'warm-up'],
        ['phase', 1_000, 'steady'],
      ],
    )
  })

  test('drains from the end of the plan on', () => {
    const { watch, load } = aToldWatch()

    load.second(10, {})

    assert.is(watch.view.stage, 'draining')
  })

  test('drains when somebody asks it to stop, and goes on to', () => {
    const { watch, load } = aToldWatch({ okMs: [20] })

    watch.stopping('SIGINT')
    load.second(1, {})

    assert.is(watch.view.stage, 'draining')
    assert.equal(watch.view.events.at(-1), {
      atMs: 1_000,
      kind: 'stop',
      level: 'warning',
      text: 'asked to stop (SIGINT)',
    })
  })

  test('shows the state of an objective, and counts its grace', () => {
    const watch = aWatch({ okMs: [20] })

    watch.onEvent(anObjectiveEvent({}))

    const [status, other] = watch.view.objectives
    assert.equal([status?.state, status?.sinceMs, status?.firesAtMs], ['pending', 2_000, 10_000])
    assert.equal([status?.observed, status?.unit, status?.annotations], [250, 'ms', { component: 'llm' }])
    assert.is(other?.state, 'ok')
    assert.match(watch.view.events.at(-1)?.text ?? '', `${EXPECT} is above its limit: 250ms`)
  })

  test('ends the grace when it fires', () => {
    const watch = aWatch()

    watch.onEvent(anObjectiveEvent({ from: 'pending', to: 'firing', atMs: 9_000 }))

    const [status] = watch.view.objectives
    assert.equal([status?.state, status?.sinceMs, status?.firesAtMs], ['firing', 2_000, null])
    assert.is(watch.view.events.at(-1)?.level, 'error')
  })

  test('tells what is left of error budgets, of the measured phases alone', () => {
    const bad = { okMs: many(95, 20), failed: 5 }

    const { view } = aWatch({ ...bad, phase: 'warm-up' }, bad, { okMs: many(100, 20) })

    const [slow, errors, throughput] = view.objectives.map(({ budgetLeftRatio }) => budgetLeftRatio)
    assert.is(slow, 1)
    assert.ok(Math.abs((errors ?? 0) - 0.75) < 1e-9, `5 of 200 requests are a quarter of 10 %: ${errors}`)
    assert.is(throughput, null)
  })

  test('knows nothing of error budgets before a request counted', () => {
    const { view } = aWatch({ okMs: [20], phase: 'warm-up' })

    assert.equal(
      view.objectives.map(({ budgetLeftRatio }) => budgetLeftRatio),
      [null, null, null],
    )
  })

  test('keeps what was said, what was alerted and what was put back, in order', () => {
    const watch = aWatch()

    watch.say('pair 1')
    watch.onAlert(anAlert())
    watch.onAlert(anAlert({ kind: 'rollback', objective: null, summary: 'shop: rollback succeeded' }))
    watch.onNote('the journal could not be written')
    watch.onStep('undo', null)

    assert.equal(
      watch.view.events.map(({ kind, level }) => [kind, level]),
      [
        ['note', 'info'],
        ['alert', 'warning'],
        ['alert', 'warning'],
        ['note', 'warning'],
        ['rollback', 'info'],
      ],
    )
    assert.equal(
      watch.view.events.slice(1, 3).map(({ text }) => text),
      ['alert raised: p99(response_time) < 100ms', 'shop: rollback succeeded'],
    )
  })

  test('ends in a verdict or in why there is none', () => {
    const { verdict } = aGoodRun()
    const [judged, failed] = [aWatch(), aWatch()]

    judged.judged(verdict)
    failed.failed('no target')

    assert.equal([judged.view.stage, judged.view.verdict?.outcome], ['done', 'GO'])
    assert.match(judged.view.verdict?.headline ?? '', /^GO: 3 of 3 objectives met/)
    assert.equal([failed.view.stage, failed.view.failure], ['failed', 'no target'])
  })
})

describe('The objectives of a watched run', (test) => {
  test('are not met before anything was measured, nor by a warm-up', () => {
    assert.equal(standings(aWatch({ okMs: many(500, 20), phase: 'warm-up' })), [
      'no data',
      'no data',
      'no data',
    ])
  })

  test('are being measured until their requests could prove them, then met so far', () => {
    const few = aWatch({ okMs: many(100, 20) })
    const enough = aWatch({ okMs: many(400, 20) })

    assert.equal(standings(few), ['measuring (268 more requests)', 'met so far', 'met so far'])
    assert.equal(standings(enough), ['met so far', 'met so far', 'met so far'])
  })

  test('have their value by now: of their window, else of the measured run', () => {
    const slow = { okMs: many(100, 500) }
    const fast = { okMs: many(100, 20) }

    const { view } = aWatch({ ...slow, failed: 50 }, ...Array.from({ length: 10 }, () => fast))

    const [p99, errors, throughput] = view.objectives.map(({ observed }) => observed)
    assert.ok(Math.abs((p99 ?? 0) - 20) < 0.1, `the slow second is out of the window: ${p99}`)
    assert.is(errors, 50 / 1150)
    assert.is(throughput, 100)
  })

  test('are above their limit as soon as their value is, whatever is proven', () => {
    const watch = aWatch({ okMs: many(45, 20), failed: 5 })

    assert.equal(standings(watch)[1], 'above limit')
  })

  test('are suspended while the generator is unreliable where they depend on it', () => {
    const watch = aWatch({ okMs: many(300, 500) })

    watch.onDoubt(aReason('GENERATOR_STARVED', 'no CPU', 'critical'))
    assert.equal(standings(watch), ['suspended', 'met so far', 'suspended'])

    watch.onDoubt(null)
    assert.is(standings(watch)[0], 'above limit')
  })

  test('are what the verdict says at the end', () => {
    const watch = aWatch({ okMs: many(300, 20) })
    const { verdict } = aGoodRun()
    const [first] = verdict.objectives
    if (first === undefined) throw new Error('the run has objectives')
    const { id } = watch.view.objectives[0] ?? { id: '' }

    const breached = { fromMs: 2_000, toMs: 5_000, longestMs: 3_000, isToEnd: true }
    watch.judged({ ...verdict, objectives: [{ ...first, id, outcome: 'missed', observed: 250, breached }] })

    const [status] = watch.view.objectives
    assert.equal([standings(watch)[0], status?.observed, status?.sinceMs], ['missed', 250, 2_000])
    watch.judged({ ...verdict, objectives: [{ ...first, id, outcome: 'met', observed: 20 }] })
    assert.is(watch.view.objectives[0]?.sinceMs, null)
  })
})

describe('The series of a watched run', (test) => {
  test('has a point for each second, at once', () => {
    const { points } = aWatch({ okMs: many(3, 20) }, { okMs: many(5, 40) })

    assert.equal(
      points.map(({ endMs, requestsPerSec }) => [endMs, requestsPerSec]),
      [
        [1_000, 3],
        [2_000, 5],
      ],
    )
  })

  test('is halved when it is full, and still spans the whole run', () => {
    const watch = aWatch()
    const seconds = 4_001
    const whole = viewOf([], plan)
    for (let i = 0; i < seconds; i++)
      watch.onInterval(aMergedSecond(i, { okMs: [20] }), plan, [], () => whole)

    const { points } = watch

    assert.ok(points.length <= 3_600, `${points.length} points`)
    assert.equal([points[0]?.startMs, points[0]?.endMs, points.at(-1)?.endMs], [0, 2_000, seconds * 1000])
    assert.ok(
      points.every(({ requestsPerSec, endMs }) => requestsPerSec === (endMs <= plan.durationMs ? 1 : null)),
    )
  })

  test('keeps no more events than people look at', () => {
    const watch = aWatch()

    for (let i = 0; i < 300; i++) watch.say(`note ${i}`)

    assert.is(watch.view.events.length, 200)
    assert.is(watch.view.events.at(-1)?.text, 'note 299')
  })
})
