import * as assert from 'uvu/assert'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { LoadGuard } from '../../../harness/app/run/load-guard.ts'
import { changeEmergency, readEmergency, readEmergencyAudit } from '../../../harness/app/state/emergency.ts'
import { SnapshotMerger } from '../../../harness/cluster/merge-snapshots.ts'
import type { Alert } from '../../../harness/model/alert.ts'
import type { RequirementEvent, Stop } from '../../../harness/model/enforcement.ts'
import type { RunPlan } from '../../../harness/model/plan.ts'
import type { BusEvent, EventBus } from '../../../harness/ports/event-bus.ts'
import type { Requirement } from '../../../harness/ports/requirement.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { MemoryEventBus } from '../../../harness/telemetry/bus/memory-event-bus.ts'
import { aPlan } from '../../kit/builders.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aLoadContext, someControls } from '../../kit/contexts.ts'
import { aDemand } from '../../kit/demands.ts'
import { aSnapshot, type SecondShape } from '../../kit/live-intervals.ts'
import { describe } from '../../kit/suite.ts'
import { turnsOfTheLoop } from '../../kit/until.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const FAST = Array.from({ length: 50 }, () => 20)
const SLOW = Array.from({ length: 50 }, () => 300)
const P99 = { expect: 'p99(response_time) < 100ms', window: '10s', grace: '2s' }

interface Changes {
  readonly plan?: Partial<RunPlan>
  readonly isArmed?: boolean
  readonly bus?: EventBus
  readonly requirements?: readonly Requirement[]
}

/** A guard over memory, and everything it did. */
function aGuarded(
  objectives: readonly unknown[],
  { plan = {}, isArmed = false, bus, requirements = [] }: Changes = {},
) {
  const clock = new VirtualClock()
  const store = new MemoryStateStore(clock)
  const own = bus ?? new MemoryEventBus()
  const alerts: Alert[] = []
  const stops: (Stop & { readonly mode: string })[] = []
  const notes: string[] = []
  const doubts: (string | null)[] = []
  const lost: RequirementEvent[] = []
  const whole = aPlan({
    durationMs: 600_000,
    objectives: parseObjectives(objectives, 'objectives').objectives,
    ...plan,
  })
  const load = aLoadContext('.', {
    plan: whole,
    host: { ...aCapturingHost([], '.'), clock },
    store,
    requirements,
    controls: someControls({
      bus: own,
      alerting: {
        raise: (alert) => alerts.push(alert),
        resolveAll: () => undefined,
        endWell: () => undefined,
        resolve: () => undefined,
        close: () => Promise.resolve({ channels: {} }),
      },
      unarmed: isArmed ? null : 'nobody has armed it',
    }),
    mask: { text: (text) => text, data: (data) => data },
  })
  const guard = new LoadGuard(load, {
    endLoad: (stop, mode) => stops.push({ ...stop, mode }),
    onEvent: () => undefined,
    onDoubt: (doubt) => doubts.push(doubt?.code ?? null),
    onRequirement: (event) => lost.push(event),
    note: (message) => notes.push(message),
  })
  const merger = new SnapshotMerger()
  let second = 0
  const live = (...shapes: readonly SecondShape[]) => {
    for (const shape of shapes) {
      const snapshot = aSnapshot(second++, shape)
      const used = {
        generator: { cpuCores: 0, rssBytes: 0, stealRatio: 0, clockStepMs: 0, machineCpuRatio: null },
        target: null,
        probes: {},
      }
      const merged = merger.add([snapshot], shape.phase ?? 'steady', used)
      guard.observe([snapshot], merged, () => merger.view(whole))
    }
  }
  return { guard, live, clock, store, bus: own, alerts, stops, notes, doubts, lost }
}

const seconds = (count: number, okMs: readonly number[]) =>
  Array.from({ length: count }, (): SecondShape => ({ okMs }))
const settled = () => turnsOfTheLoop()

describe('LoadGuard', (test) => {
  test('tells once that breaches are not believed, and once that they are again', () => {
    const { live, doubts, alerts } = aGuarded([P99])
    const starved = { okMs: SLOW, startDelayMs: 200, health: { runQueueWaitRatio: 0.6 } }

    live(...seconds(5, FAST), ...Array.from({ length: 10 }, () => starved), ...seconds(15, FAST))

    assert.equal([doubts, alerts], [['GENERATOR_STARVED', null], []])
  })

  test('alerts when an objective fires and when it is well again, and ends the load only where it may', () => {
    const { live, alerts, stops, guard } = aGuarded([P99])
    live(...seconds(5, FAST), ...seconds(4, SLOW), ...seconds(15, FAST))
    assert.equal(
      alerts.map(({ status, dedupeKey, correlationId }) => [status, dedupeKey, correlationId]),
      [
        ['firing', 'test/objective/p99-response_time-lt-100ms', 'correlation-1'],
        ['resolved', 'test/objective/p99-response_time-lt-100ms', 'correlation-1'],
      ],
    )
    assert.equal(stops, [])
    assert.equal(
      guard.record.events.map(({ from, to }) => `${from}->${to}`),
      ['ok->pending', 'pending->firing', 'firing->recovering', 'recovering->ok'],
    )
  })

  test('gives each event what was observed, the bound, the window and the samples', () => {
    const { live, guard } = aGuarded([P99])
    live(...seconds(5, FAST), ...seconds(3, SLOW))
    const [, event] = guard.record.events
    assert.equal(event, {
      at: event?.at,
      atMs: 8_000,
      sinceMs: 5_000,
      runId: 'run-1',
      correlationId: 'correlation-1',
      ...aDemand(P99.expect),
      from: 'pending',
      to: 'firing',
      severity: 'major',
      observed: 300.031,
      windowMs: 10_000,
      sampleCount: 400,
      annotations: { step: 'step' },
    })
  })

  test('ends the load once, when an objective that may abort fires', () => {
    const { live, stops } = aGuarded([
      { ...P99, abort: true },
      { ...P99, expect: 'p95(response_time) < 90ms', abort: true },
    ])
    live(...seconds(5, FAST), ...seconds(10, SLOW))
    assert.equal(
      stops.map(({ by, objective, mode }) => [by, objective?.expect, mode]),
      [['objective', P99.expect, 'drain']],
    )
  })

  test('tells objectives apart that read the same', () => {
    const slower = { ...P99, grace: '4s', abort: true }
    const { live, alerts, stops, guard } = aGuarded([P99, slower])
    live(...seconds(5, FAST), ...seconds(10, SLOW))
    assert.equal(
      alerts.map(({ dedupeKey }) => dedupeKey),
      ['test/objective/p99-response_time-lt-100ms', 'test/objective/p99-response_time-lt-100ms-2'],
    )
    assert.equal(
      stops.map(({ objective }) => objective?.id),
      ['p99-response_time-lt-100ms-2'],
    )
    const { events } = guard.record
    assert.equal(
      events.filter(({ to }) => to === 'firing').map(({ id }) => id),
      ['p99-response_time-lt-100ms', 'p99-response_time-lt-100ms-2'],
    )
  })

  test('ends the load for an armed rollback, not for one on too few requests, and not un-armed', () => {
    const rollback = {
      armed: true,
      procedures: { default: { plugin: 'command', config: {} } },
      onRegression: null,
      minRequests: 400,
      validationMs: 1_000,
      stepTimeoutMs: 1_000,
    }
    const stopsOf = (isArmed: boolean, minRequests: number) => {
      const guarded = aGuarded([{ ...P99, rollback: true }], {
        isArmed,
        plan: { rollback: { ...rollback, minRequests } },
      })
      guarded.live(...seconds(5, FAST), ...seconds(10, SLOW))
      return guarded.stops.map(({ by }) => by)
    }
    assert.equal(stopsOf(true, 400), ['rollback'])
    // Later, when there are enough.
    assert.equal(stopsOf(true, 401), ['rollback'])
    assert.equal(stopsOf(true, 751), [])
    assert.equal(stopsOf(false, 0), [])
  })

  test('halts everybody at a limit of the run', async () => {
    const { objectives } = parseObjectives(
      [{ expect: 'error_ratio <= 20%', window: '5s', for: '5s' }],
      'limits',
    )
    const { live, stops, store, alerts } = aGuarded([P99], { plan: { limits: objectives } })
    live(...seconds(5, FAST), ...Array.from({ length: 7 }, () => ({ okMs: FAST, failed: 50 })))
    await settled()
    assert.equal(
      stops.map(({ by, objective }) => [by, objective?.expect]),
      [['limit', 'error_ratio <= 20%']],
    )
    const { state, by, reason } = await readEmergency(store)
    assert.equal([state, by], ['HALT', 'run run-1'])
    assert.match(reason, /^limit: error_ratio <= 20% is failing: /)
    assert.is((await readEmergencyAudit(store, 10)).length, 1)
    assert.equal(
      alerts.map(({ kind, severity }) => [kind, severity]),
      [['emergency', 'critical']],
    )
  })

  test('ends the load when anybody halts it: drained, or given up at a shutdown', async () => {
    for (const [state, mode] of [
      ['HALT', 'drain'],
      ['SHUTDOWN', 'abort'],
    ] as const) {
      const { clock, store, bus, stops } = aGuarded([P99])
      await changeEmergency(store, bus, {
        state,
        by: 'ann@desk',
        at: '2026-11-21T09:00:00.000Z',
        reason: 'the shop is on fire',
        correlationId: 'other',
      })
      await clock.advance(250)
      await settled()
      assert.equal(
        stops.map(({ by, mode: how, reason }) => [by, how, reason]),
        [['emergency', mode, `${state} by ann@desk: the shop is on fire`]],
      )
    }
  })

  test('publishes every change of state, and goes on when nobody can be told', async () => {
    const events: BusEvent[] = []
    const bus = new MemoryEventBus()
    await bus.subscribe('run.*.objective', (event) => void events.push(event))
    aGuarded([P99], { bus }).live(...seconds(5, FAST), ...seconds(3, SLOW))
    await settled()
    assert.equal(
      events.map(({ topic, correlationId }) => [topic, correlationId]),
      Array(2).fill(['run.run-1.objective', 'correlation-1']),
    )

    const deaf: EventBus = {
      publish: () => Promise.reject(new Error('nobody there')),
      subscribe: () => Promise.reject(new Error('nobody there')),
      close: () => Promise.resolve(),
    }
    const guarded = aGuarded([{ ...P99, abort: true }], { bus: deaf })
    guarded.live(...seconds(5, FAST), ...seconds(3, SLOW))
    await settled()
    assert.is(guarded.stops.length, 1)
    assert.match(guarded.notes.join('\n'), /events cannot be published: nobody there/)
  })
})

describe('A requirement that is lost while load runs', (test) => {
  /** A requirement and a switch for it; `asked` counts its checks. */
  function aDatabase(stop: boolean) {
    const state = { problem: null as string | null, asked: 0 }
    const requirement: Requirement = {
      name: 'database',
      hosts: [],
      stop,
      check() {
        state.asked++
        return state.problem === null ? Promise.resolve('answers') : Promise.reject(new Error(state.problem))
      },
    }
    return { state, requirement }
  }

  /** Lets time pass, and what waits for it go on. */
  async function pass(clock: VirtualClock, ms: number) {
    await clock.advance(ms)
    await settled()
    await clock.advance(1_000)
    await settled()
  }

  test('is recorded with its return, and ends nothing unless it may', async () => {
    const { state, requirement } = aDatabase(false)
    const { live, clock, guard, stops, notes, lost } = aGuarded([P99], { requirements: [requirement] })
    live(...seconds(3, FAST))
    await pass(clock, 30_000)
    assert.equal([state.asked, guard.record.requirements], [1, []])
    state.problem = 'connect ECONNREFUSED'
    await pass(clock, 30_000)
    assert.is(state.asked, 3)
    state.problem = null
    await pass(clock, 30_000)

    assert.equal(
      guard.record.requirements.map(({ name, problem, atMs }) => [name, problem, atMs]),
      [
        ['database', 'connect ECONNREFUSED', 3_000],
        ['database', null, 3_000],
      ],
    )
    assert.equal(lost, guard.record.requirements)
    assert.equal(stops, [])
    assert.equal(notes, ['database is not there any more: connect ECONNREFUSED', 'database is back'])
    await guard.close()
  })

  test('ends the load when it may, and nothing is checked after the guard is closed', async () => {
    const { state, requirement } = aDatabase(true)
    const { clock, guard, stops } = aGuarded([P99], { requirements: [requirement] })
    state.problem = 'gone'
    await pass(clock, 30_000)
    assert.equal(
      stops.map(({ by, objective, mode, reason }) => [by, objective, mode, reason]),
      [['requirement', null, 'drain', 'database is not there any more: gone']],
    )
    await guard.close()
    const { asked } = state
    await pass(clock, 60_000)
    assert.is(state.asked, asked)
  })

  test('is not lost by one check that fails', async () => {
    const { state, requirement } = aDatabase(true)
    const { clock, guard, stops } = aGuarded([P99], { requirements: [requirement] })
    state.problem = 'slow'
    await clock.advance(30_000)
    await settled()
    state.problem = null
    await pass(clock, 0)
    assert.equal([stops, guard.record.requirements], [[], []])
    await guard.close()
  })
})
