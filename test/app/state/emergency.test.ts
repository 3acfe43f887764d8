import * as assert from 'uvu/assert'
import {
  changeEmergency,
  readEmergency,
  readEmergencyAudit,
  watchEmergency,
} from '../../../harness/app/state/emergency.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import {
  EMERGENCY_AUDIT_KEY,
  EMERGENCY_KEY,
  type EmergencyName,
  INITIAL_EMERGENCY,
} from '../../../harness/model/emergency.ts'
import type { BusEvent, EventBus } from '../../../harness/ports/event-bus.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { MemoryEventBus } from '../../../harness/telemetry/bus/memory-event-bus.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const GONE = new HarnessError('STATE_UNREACHABLE', 'the store is gone')

/** A store whose reading, writing or lines can be taken away. */
class FragileStore extends MemoryStateStore {
  down: 'nothing' | 'everything' | 'lines' = 'nothing'
  /** Called once, between the reading and the writing of the next change. */
  meanwhile: (() => Promise<unknown>) | null = null

  override get(key: string) {
    return this.down === 'everything' ? Promise.reject(GONE) : super.get(key)
  }

  override async compareAndSet(key: string, expected: string | null, next: string | null) {
    const { meanwhile } = this
    this.meanwhile = null
    await meanwhile?.()
    return super.compareAndSet(key, expected, next)
  }

  override append(key: string, line: string) {
    return this.down === 'nothing' ? super.append(key, line) : Promise.reject(GONE)
  }
}

let count = 0
const wanted = (state: EmergencyName, reason = 'because') => ({
  state,
  by: 'ada@box',
  at: '2026-11-21T09:30:00.000Z',
  reason,
  correlationId: `c-${count++}`,
})

function aPlace() {
  const clock = new VirtualClock()
  const store = new FragileStore(clock)
  const bus = new MemoryEventBus()
  const events: BusEvent[] = []
  void bus.subscribe('emergency', (event) => void events.push(event))
  const change = (state: EmergencyName, reason?: string) => changeEmergency(store, bus, wanted(state, reason))
  return { clock, store, bus, events, change }
}

describe('readEmergency', (test) => {
  test('is NORMAL where nobody has changed it', async () => {
    assert.equal(await readEmergency(aPlace().store), INITIAL_EMERGENCY)
  })

  test('refuses what makes no sense: a halt may be meant', async () => {
    const { store } = aPlace()
    for (const text of [
      '',
      'HALT',
      '{"state":"HALT"}',
      JSON.stringify({ ...INITIAL_EMERGENCY, state: 'PANIC' }),
    ]) {
      await store.set(EMERGENCY_KEY, text)
      const { hint } = await rejectionOf(readEmergency(store), 'STATE_UNREACHABLE')
      assert.match(hint ?? '', 'emergency resume --reason')
    }
  })
})

describe('changeEmergency', (test) => {
  test('leaves the state, one audit line and one event for every change', async () => {
    const { store, events, change } = aPlace()
    for (const state of ['ALERT', 'HALT', 'NORMAL'] as const) {
      const { changed, now, troubles } = await change(state, `why ${state}`)
      assert.equal([changed, troubles], [true, []])
      assert.equal(await readEmergency(store), now)
    }
    const audit = await readEmergencyAudit(store, 10)
    assert.equal(
      audit.map(({ from, state, by, reason }) => [from, state, by, reason]),
      [
        ['NORMAL', 'ALERT', 'ada@box', 'why ALERT'],
        ['ALERT', 'HALT', 'ada@box', 'why HALT'],
        ['HALT', 'NORMAL', 'ada@box', 'why NORMAL'],
      ],
    )
    assert.equal(
      events.map(({ topic, at, correlationId, data }) => ({ topic, at, correlationId, data })),
      audit.map((line) => ({
        topic: 'emergency',
        at: line.at,
        correlationId: line.correlationId,
        data: line,
      })),
    )
    assert.equal(
      (await readEmergencyAudit(store, 1)).map(({ state }) => state),
      ['NORMAL'],
    )
  })

  test('leaves nothing where it is in that state already, or may not be', async () => {
    const { store, events, change } = aPlace()
    const { now: halted } = await change('HALT', 'first')
    assert.equal(await change('HALT', 'second'), { changed: false, now: halted, troubles: [] })
    await rejectionOf(change('ALERT'), 'USAGE')
    await rejectionOf(change('NORMAL', ' '), 'USAGE')
    assert.equal(await readEmergency(store), halted)
    assert.equal([(await readEmergencyAudit(store, 10)).length, events.length], [1, 1])
  })

  test('decides anew when somebody else was faster', async () => {
    const { store, change } = aPlace()
    store.meanwhile = () => change('SHUTDOWN', 'the other')
    await rejectionOf(change('HALT'), 'USAGE')
    assert.is((await readEmergency(store)).reason, 'the other')

    store.meanwhile = () => change('NORMAL', 'resumed meanwhile')
    assert.is((await change('NORMAL', 'resumed too')).changed, false)
    store.meanwhile = () => change('ALERT')
    assert.is((await change('HALT')).changed, true)
    assert.equal(
      (await readEmergencyAudit(store, 10)).map(({ from, state }) => `${from} ${state}`),
      ['NORMAL SHUTDOWN', 'SHUTDOWN NORMAL', 'NORMAL ALERT', 'ALERT HALT'],
    )
  })

  test('is made by one of many who want the same', async () => {
    const { store, events, change } = aPlace()
    const changes = await Promise.all(Array.from({ length: 20 }, () => change('HALT')))
    assert.is(changes.filter(({ changed }) => changed).length, 1)
    assert.equal([(await readEmergencyAudit(store, 30)).length, events.length], [1, 1])
  })

  test('holds when it cannot be told, and says so', async () => {
    const { store, bus, change } = aPlace()
    store.down = 'lines'
    bus.publish = () => Promise.reject(new Error('the bus is gone'))
    const { changed, troubles } = await change('HALT')
    assert.equal([changed, troubles], [true, ['the store is gone', 'the bus is gone']])
    assert.is((await readEmergency(store)).state, 'HALT')
  })

  test('mends a state that makes no sense', async () => {
    for (const state of ['NORMAL', 'HALT'] as const) {
      const { store, change } = aPlace()
      await store.set(EMERGENCY_KEY, 'HALT')
      await rejectionOf(change('ALERT'), 'USAGE')
      assert.is((await change(state)).changed, true)
      assert.is((await readEmergency(store)).state, state)
      assert.is((await readEmergencyAudit(store, 1))[0]?.from, null)
    }
  })

  test('fails when the store is away', async () => {
    const { store, events, change } = aPlace()
    store.down = 'everything'
    await rejectionOf(change('HALT'), 'STATE_UNREACHABLE')
    assert.is(events.length, 0)
  })
})

describe('readEmergencyAudit', (test) => {
  test('passes over lines that are no changes', async () => {
    const { store, change } = aPlace()
    await store.append(EMERGENCY_AUDIT_KEY, 'hello')
    await change('HALT')
    await store.append(EMERGENCY_AUDIT_KEY, '{}')
    assert.equal(
      (await readEmergencyAudit(store, 10)).map(({ state }) => state),
      ['HALT'],
    )
  })
})

/** A watch, and what it has said; unless it is given the bus of the place, no event reaches it. */
function watching({ store, clock }: ReturnType<typeof aPlace>, bus: EventBus = new MemoryEventBus()) {
  const said: string[] = []
  const stop = watchEmergency(
    { store, bus, clock },
    250,
    ({ state }) => said.push(state),
    (message) => said.push(message),
  )
  return { said, stop }
}

describe('watchEmergency', (test) => {
  test('tells every change, once, within one look', async () => {
    const place = aPlace()
    const { said, stop } = watching(place)
    await place.clock.advance(1_000)
    assert.equal(said, [])
    for (const state of ['ALERT', 'HALT', 'SHUTDOWN', 'NORMAL'] as const) {
      await place.change(state)
      await place.clock.advance(250)
      assert.is(said.at(-1), state)
      await place.clock.advance(1_000)
    }
    assert.equal(said, ['ALERT', 'HALT', 'SHUTDOWN', 'NORMAL'])
    stop()
  })

  test('looks at once when an event tells of a change, and no more after it was stopped', async () => {
    const place = aPlace()
    const { said, stop } = watching(place, place.bus)
    await place.clock.advance(0)
    for (const state of ['HALT', 'NORMAL'] as const) {
      await place.change(state)
      await place.clock.advance(0)
    }
    assert.equal(said, ['HALT', 'NORMAL'])
    stop()
    await place.change('HALT')
    await place.clock.advance(0)
    assert.is(said.length, 2)
  })

  test('looks on by itself when the bus is away', async () => {
    const place = aPlace()
    place.bus.subscribe = () => Promise.reject(new HarnessError('STATE_UNREACHABLE', 'the bus is gone'))
    const { said, stop } = watching(place, place.bus)
    await place.change('HALT')
    await place.clock.advance(250)
    assert.equal(said, ['HALT'])
    stop()
  })

  test('tells a state that was there before it, without waiting, unless it is NORMAL', async () => {
    const place = aPlace()
    await place.change('HALT')
    const halted = watching(place)
    await place.clock.advance(0)
    assert.equal(halted.said, ['HALT'])
    await place.change('NORMAL')
    const resumed = watching(place)
    await place.clock.advance(1_000)
    assert.equal(resumed.said, [])
  })

  test('tells a halt that was left and set again between two looks', async () => {
    const place = aPlace()
    await place.change('HALT')
    const { said } = watching(place)
    await place.clock.advance(250)
    await place.change('NORMAL')
    await place.change('HALT')
    await place.clock.advance(250)
    assert.equal(said, ['HALT', 'HALT'])
  })

  test('tells once per outage that the store is away, and goes on', async () => {
    const place = aPlace()
    const { said } = watching(place)
    for (let outage = 0; outage < 2; outage++) {
      place.store.down = 'everything'
      await place.clock.advance(2_000)
      place.store.down = 'nothing'
      await place.clock.advance(500)
    }
    assert.equal(said, ['the store is gone', 'the store is gone'])
    await place.change('HALT')
    await place.clock.advance(250)
    assert.is(said.at(-1), 'HALT')
  })

  test('remembers through an outage what it has told', async () => {
    const place = aPlace()
    await place.change('HALT')
    const { said } = watching(place)
    await place.clock.advance(250)
    place.store.down = 'everything'
    await place.clock.advance(500)
    place.store.down = 'nothing'
    await place.clock.advance(500)
    assert.equal(said, ['HALT', 'the store is gone'])
  })

  test('never looks twice at once, and never after it was stopped', async () => {
    const place = aPlace()
    let answer: (text: string | null) => void = () => undefined
    let looks = 0
    place.store.get = () => {
      looks++
      return new Promise((resolve) => {
        answer = resolve
      })
    }
    const { said, stop } = watching(place)
    await place.clock.advance(5_000)
    assert.is(looks, 1)
    stop()
    answer(JSON.stringify(wanted('HALT')))
    await place.clock.advance(5_000)
    assert.equal([looks, said, place.clock.pendingCount], [1, [], 0])
  })
})
