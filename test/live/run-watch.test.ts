import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RunWatch } from '../../harness/live/run-watch.ts'
import type { ObjectiveEvent } from '../../harness/model/enforcement.ts'
import { aPlan } from '../kit/builders.ts'
import { aDemand } from '../kit/demands.ts'
import { aMergedSecond, aSnapshot, type SecondShape } from '../kit/live-intervals.ts'
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
  const watch = new RunWatch()
  watch.onBegin({ runId: 'run', correlationId: 'c' })
  watch.onPrepared(plan, 2)
  for (const [i, shape] of seconds.entries())
    watch.onInterval(aMergedSecond(i, shape), plan, [aSnapshot(i, shape)])
  return watch
}

function anObjectiveEvent(changes: Partial<ObjectiveEvent>): ObjectiveEvent {
  return {
    at: '2026-01-01T00:00:03.000Z',
    atMs: 3_000,
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
      view.objectives.map(({ state }) => state),
      ['ok', 'ok', 'ok'],
    )
    assert.is(view.nowMs, 0)
  })

  test('shows the rates of the last second', () => {
    const { view } = aWatch({ okMs: many(10, 20) }, { okMs: many(4, 20), failed: 2 })

    assert.equal([view.plannedPerSec, view.startedPerSec, view.requestsPerSec], [6, 6, 6])
    assert.equal([view.nowMs, view.activeAgents, view.inFlight], [2_000, 10, 1])
  })

  test('counts requests and errors of the whole run, by kind', () => {
    const { view } = aWatch({ okMs: [20], failed: 1 }, { okMs: [20, 20], failed: 2 })

    assert.equal([view.requestCount, view.errorCount], [6, 3])
    assert.equal(view.errors, { status: 3 })
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
    const watch = aWatch()
    for (let i = 0; i < 20; i++) {
      const endMs = (i + 1) * 1000 + (i % 2)
      watch.onInterval({ ...aMergedSecond(i, { okMs: [20] }), endMs }, plan)
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
    const watch = aWatch()

    watch.onInterval(aMergedSecond(10, {}), plan)

    assert.is(watch.view.stage, 'draining')
  })

  test('drains when somebody asks it to stop, and goes on to', () => {
    const watch = aWatch({ okMs: [20] })

    watch.stopping('SIGINT')
    watch.onInterval(aMergedSecond(1, {}), plan)

    assert.is(watch.view.stage, 'draining')
    assert.equal(watch.view.events.at(-1), {
      atMs: 1_000,
      kind: 'stop',
      level: 'warning',
      text: 'asked to stop (SIGINT)',
    })
  })

  test('lights the status of an objective, and counts its grace', () => {
    const watch = aWatch({ okMs: [20] })

    watch.onEvent(anObjectiveEvent({}))

    const [status, other] = watch.view.objectives
    assert.equal([status?.state, status?.sinceMs, status?.firesAtMs], ['pending', 3_000, 10_000])
    assert.equal([status?.observed, status?.unit, status?.annotations], [250, 'ms', { component: 'llm' }])
    assert.is(other?.state, 'ok')
    assert.match(watch.view.events.at(-1)?.text ?? '', `${EXPECT} is pending: 250ms`)
  })

  test('ends the grace when it fires', () => {
    const watch = aWatch()

    watch.onEvent(anObjectiveEvent({ from: 'pending', to: 'firing', atMs: 9_000 }))

    const [status] = watch.view.objectives
    assert.equal([status?.state, status?.sinceMs, status?.firesAtMs], ['firing', 9_000, null])
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
    watch.onNote('the journal could not be written')
    watch.onStep('undo', null)

    assert.equal(
      watch.view.events.map(({ kind, level }) => [kind, level]),
      [
        ['note', 'info'],
        ['note', 'warning'],
        ['rollback', 'info'],
      ],
    )
  })

  test('ends in a verdict or in why there is none', () => {
    const { verdict } = aGoodRun()
    const [judged, failed] = [aWatch(), aWatch()]

    judged.judged(verdict)
    failed.failed('no target')

    assert.equal([judged.view.stage, judged.view.verdict?.outcome], ['done', 'GO'])
    assert.equal([failed.view.stage, failed.view.failure], ['failed', 'no target'])
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
    for (let i = 0; i < seconds; i++) watch.onInterval(aMergedSecond(i, { okMs: [20] }), plan)

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
