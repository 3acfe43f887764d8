import * as assert from 'uvu/assert'
import type { BusEvent, EventBus } from '../../harness/ports/event-bus.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

/** One bus. */
export interface BusRig {
  readonly bus: EventBus
  /** Another connection to it; for a bus within a process, the same. */
  readonly other: EventBus
}

/** An event of a topic. */
export function anEvent(topic: string, data: unknown = null): BusEvent {
  return { topic, at: '2026-11-21T09:30:00.000Z', correlationId: 'c-1', data }
}

/** Listens, and keeps what it hears. */
export class Ear {
  readonly heard: BusEvent[] = []
  readonly listen = (event: BusEvent): void => {
    this.heard.push(event)
  }

  get topics(): readonly string[] {
    return this.heard.map(({ topic }) => topic)
  }

  /** Waits until so many were heard. */
  async hears(count: number): Promise<void> {
    await until(() => this.heard.length >= count)
  }
}

/** What every event bus promises, whatever carries it. */
export function eventBusContract(
  name: string,
  using: (body: (rig: BusRig) => Promise<void>) => Promise<void>,
): void {
  describe(`${name}, event bus contract`, (test) => {
    test('carries an event whole to everyone who listens', () =>
      using(async ({ bus, other }) => {
        const [here, there] = [new Ear(), new Ear()]
        await bus.subscribe('emergency', here.listen)
        await other.subscribe('emergency', there.listen)
        const event = anEvent('emergency', { state: 'HALT', nested: [1, null, 'zwei \u{1F6A6}'] })
        await bus.publish([event])
        for (const ear of [here, there]) {
          await ear.hears(1)
          assert.equal(ear.heard, [event])
        }
      }))

    test('carries a batch in its order', () =>
      using(async ({ bus, other }) => {
        const ear = new Ear()
        await other.subscribe('run.*', ear.listen)
        const batch = Array.from({ length: 300 }, (_, i) => anEvent(`run.${i}`))
        await bus.publish([])
        await bus.publish(batch.slice(0, 200))
        await bus.publish(batch.slice(200))
        await ear.hears(300)
        assert.equal(
          ear.topics,
          batch.map(({ topic }) => topic),
        )
      }))

    test('calls back for topics that fit, and no others', () =>
      using(async ({ bus }) => {
        const patterns = ['*', 'run.*', '*.step', 'run.*.step', 'run.1', 'run.?', 'run.[1]', 'r*n.1*', 'run']
        const ears = new Map(patterns.map((pattern) => [pattern, new Ear()]))
        for (const [pattern, ear] of ears) await bus.subscribe(pattern, ear.listen)
        const topics = ['run.1', 'run.1.objective.step', 'rollback.7.step', 'run.?', 'runx1', 'emergency']
        await bus.publish(topics.map((topic) => anEvent(topic)))
        await ears.get('*')?.hears(topics.length)
        assert.equal(Object.fromEntries([...ears].map(([pattern, ear]) => [pattern, ear.topics])), {
          '*': topics,
          'run.*': ['run.1', 'run.1.objective.step', 'run.?'],
          '*.step': ['run.1.objective.step', 'rollback.7.step'],
          'run.*.step': ['run.1.objective.step'],
          'run.1': ['run.1'],
          'run.?': ['run.?'],
          'run.[1]': [],
          'r*n.1*': ['run.1', 'run.1.objective.step'],
          run: [],
        })
      }))

    test('is disturbed by no listener that fails, hangs or changes what it is given', () =>
      using(async ({ bus }) => {
        const [before, after] = [new Ear(), new Ear()]
        await bus.subscribe('run.*', before.listen)
        await bus.subscribe('run.*', () => {
          throw new Error('a listener that throws')
        })
        await bus.subscribe('run.*', () => Promise.reject(new Error('a listener that rejects')))
        await bus.subscribe('run.*', () => new Promise(() => undefined))
        await bus.subscribe('run.*', ({ data }) => {
          ;(data as { n: number }).n = 99
        })
        await bus.subscribe('*.1', after.listen)
        for (const n of [1, 2]) await bus.publish([anEvent('run.1', { n })])
        for (const ear of [before, after]) {
          await ear.hears(2)
          assert.equal(
            ear.heard.map(({ data }) => data),
            [{ n: 1 }, { n: 2 }],
          )
        }
      }))

    test('stops calling who has ended it, and goes on with the others', () =>
      using(async ({ bus }) => {
        const [gone, stays, elsewhere] = [new Ear(), new Ear(), new Ear()]
        const end = await bus.subscribe('a', gone.listen)
        await bus.subscribe('a', stays.listen)
        const endElsewhere = await bus.subscribe('b', elsewhere.listen)
        await end()
        await end()
        await endElsewhere()
        await bus.publish([anEvent('b'), anEvent('a')])
        await stays.hears(1)
        assert.equal([gone.topics, elsewhere.topics], [[], []])
        await bus.subscribe('a', gone.listen)
        await bus.publish([anEvent('a')])
        await gone.hears(1)
      }))

    test('calls a listener as often as it was subscribed', () =>
      using(async ({ bus }) => {
        const ear = new Ear()
        const end = await bus.subscribe('a', ear.listen)
        await bus.subscribe('a', ear.listen)
        await bus.publish([anEvent('a')])
        await ear.hears(2)
        await end()
        await bus.publish([anEvent('a')])
        await ear.hears(3)
        assert.is(ear.heard.length, 3)
      }))
  })
}
