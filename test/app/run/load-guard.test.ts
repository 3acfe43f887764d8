import * as assert from 'uvu/assert'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { LoadGuard } from '../../../harness/app/run/load-guard.ts'
import { changeEmergency, readEmergency, readEmergencyAudit } from '../../../harness/app/state/emergency.ts'
import { SnapshotMerger } from '../../../harness/cluster/merge-snapshots.ts'
import type { Alert } from '../../../harness/model/alert.ts'
import type { Stop } from '../../../harness/model/enforcement.ts'
import type { RunPlan } from '../../../harness/model/plan.ts'
import type { BusEvent, EventBus } from '../../../harness/ports/event-bus.ts'
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
}

/** A guard over memory, and everything it did. */
function aGuarded(objectives: readonly unknown[], { plan = {}, isArmed = false, bus }: Changes = {}) {
  const clock = new VirtualClock()
  const store = new MemoryStateStore(clock)
  const own = bus ?? new MemoryEventBus()
  const alerts: Alert[] = []
  const stops: (Stop & { readonly mode: string })[] = []
  const notes: string[] = []
  const whole = aPlan({
    durationMs: 600_000,
    objectives: parseObjectives(objectives, 'objectives').objectives,
    ...plan,
  })
  const load = aLoadContext('.', {
    plan: whole,
    host: { ...aCapturingHost([], '.'), clock },
    store,
    controls: someControls({
      bus: own,
      alerting: {
        raise: (alert) => alerts.push(alert),
        resolveAll: () => undefined,
        close: () => Promise.resolve({ channels: {} }),
      },
      unarmed: isArmed ? null : 'nobody has armed it',
    }),
    mask: { text: (text) => text, data: (data) => data },
  })
  const guard = new LoadGuard(load, {
    endLoad: (stop, mode) => stops.push({ ...stop, mode }),
    onEvent: () => undefined,
    note: (message) => notes.push(message),
  })
  const merger = new SnapshotMerger()
  let second = 0
  const live = (...shapes: readonly SecondShape[]) => {
    for (const shape of shapes) {
      const snapshot = aSnapshot(second++, shape)
      const used = {
        generator: { cpuCores: 0, rssBytes: 0, stealRatio: 0, clockStepMs: 0 },
        target: null,
        probes: {},
      }
      const merged = merger.add([snapshot], shape.phase ?? 'steady', used)
      guard.observe([snapshot], merged, () => merger.view(whole))
    }
  }
  return { guard, live, clock, store, bus: own, alerts, stops, notes }
}

const seconds = (count: number, okMs: readonly number[]) =>
  Array.from({ length: count }, (): SecondShape => ({ okMs }))
const settled = () => turnsOfTheLoop()

describe('LoadGuard', (test) => {
  test('alerts when an objective fires and when it is well again, and ends the load only where it may', () => {
    const { live, alerts, stops, guard } = aGuarded([P99])
    live(...seconds(5, FAST), ...seconds(4, SLOW), ...seconds(15, FAST))
    assert.equal(
      alerts.map(({ status, dedupeKey, correlationId }) => [status, dedupeKey, correlationId]),
      [
        ['firing', 'run-1/p99-response_time-lt-100ms', 'correlation-1'],
        ['resolved', 'run-1/p99-response_time-lt-100ms', 'correlation-1'],
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
      ['run-1/p99-response_time-lt-100ms', 'run-1/p99-response_time-lt-100ms-2'],
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
    assert.match(reason, /^limit: error_ratio <= 20% is firing: /)
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
