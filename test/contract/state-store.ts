import * as assert from 'uvu/assert'
import type { StateStore } from '../../harness/ports/state-store.ts'
import { describe } from '../kit/suite.ts'

/** One place of state, empty at first. */
export interface StateRig {
  readonly store: StateStore
  /** The same place, opened a second time; for memory, which cannot be, the same store. */
  readonly other: StateStore
  /** Lets a moment pass on whatever clock expiries go by. */
  readonly moment: () => Promise<void>
}

/** Long enough for a busy machine to do something before. */
const SOON = { ttlMs: 1_000 }
const LATE = { ttlMs: 3_600_000 }
const CALLERS = 24

/** Polls until the key is gone. */
async function gone({ store, moment }: StateRig, key: string): Promise<void> {
  while ((await store.get(key)) !== null) await moment()
}

/** Many at once, in turns through both openings. */
function race<T>({ store, other }: StateRig, call: (store: StateStore, caller: number) => Promise<T>) {
  return Promise.all(Array.from({ length: CALLERS }, (_, i) => call(i % 2 === 0 ? store : other, i)))
}

/** What every state store promises, whatever keeps it. */
export function stateStoreContract(
  name: string,
  using: (body: (rig: StateRig) => Promise<void>) => Promise<void>,
): void {
  describe(`${name}, state store contract`, (test) => {
    test('gives back what it was given, to everyone who opens it', () =>
      using(async ({ store, other }) => {
        assert.is(await store.get('a'), null)
        for (const value of ['text', '', 'zwei\nZeilen \u{1F6A6}', '1']) {
          await store.set('a', value)
          assert.is(await other.get('a'), value)
        }
        await other.delete('a')
        await other.delete('a')
        assert.is(await store.get('a'), null)
      }))

    test('sets what is absent, and only that', () =>
      using(async ({ store, other }) => {
        assert.is(await store.setIfAbsent('a', 'mine'), true)
        assert.is(await other.setIfAbsent('a', 'yours'), false)
        assert.is(await store.get('a'), 'mine')
        await store.set('empty', '')
        assert.is(await store.setIfAbsent('empty', 'x'), false)
      }))

    test('sets what it compares, and nothing else', () =>
      using(async ({ store }) => {
        assert.is(await store.compareAndSet('a', 'x', 'y'), false)
        assert.is(await store.get('a'), null)
        assert.is(await store.compareAndSet('a', null, 'x'), true)
        assert.is(await store.compareAndSet('a', null, 'y'), false)
        assert.is(await store.compareAndSet('a', '', 'y'), false)
        assert.is(await store.compareAndSet('a', 'x', 'y'), true)
        assert.is(await store.get('a'), 'y')
        assert.is(await store.compareAndSet('a', 'x', null), false)
        assert.is(await store.compareAndSet('a', 'y', null), true)
        assert.is(await store.compareAndSet('a', null, null), true)
        assert.is(await store.get('a'), null)
        assert.is(await store.compareAndSet('a', null, ''), true)
        assert.is(await store.get('a'), '')
      }))

    test('keeps lines in their order, apart from values', () =>
      using(async ({ store, other }) => {
        assert.equal(await store.lines('log'), [])
        await store.append('log', 'first')
        await other.append('log', 'second')
        await store.append('log', 'first')
        assert.equal(await store.lines('log'), ['first', 'second', 'first'])
        assert.is(await store.get('log'), null)
        assert.is(await store.setIfAbsent('log', 'value'), true)
        await store.delete('log')
        assert.equal([await store.get('log'), await store.lines('log')], [null, []])
      }))

    test('forgets what has expired, and that alone', () =>
      using(async (rig) => {
        const { store } = rig
        await store.set('set', 'x', SOON)
        await store.setIfAbsent('absent', 'x', SOON)
        await store.set('compared', 'x')
        await store.compareAndSet('compared', 'x', 'y', SOON)
        await store.set('late', 'x', LATE)
        await store.set('never', 'x', { ttlMs: null })
        for (const key of ['set', 'absent', 'compared']) await gone(rig, key)
        assert.equal([await store.get('late'), await store.get('never')], ['x', 'x'])
        assert.is(await store.compareAndSet('set', 'x', 'y'), false)
        assert.is(await store.setIfAbsent('absent', 'again'), true)
      }))

    test('lets what is set anew live on', () =>
      using(async (rig) => {
        const { store } = rig
        for (const key of ['set', 'compared', 'clock']) await store.set(key, 'x', SOON)
        await store.set('set', 'y')
        await store.compareAndSet('compared', 'x', 'y', LATE)
        await gone(rig, 'clock')
        assert.equal([await store.get('set'), await store.get('compared')], ['y', 'y'])
      }))

    test('gives an absent key to one of many', () =>
      using(async (rig) => {
        const won = await race(rig, (store, caller) => store.setIfAbsent('lock', String(caller)))
        assert.is(won.filter(Boolean).length, 1)
        assert.is(await rig.store.get('lock'), String(won.indexOf(true)))
      }))

    test('lets one of many replace a value', () =>
      using(async (rig) => {
        await rig.store.set('state', 'old')
        const won = await race(rig, (store, caller) => store.compareAndSet('state', 'old', String(caller)))
        assert.is(won.filter(Boolean).length, 1)
        assert.is(await rig.other.get('state'), String(won.indexOf(true)))
      }))

    test('keeps the lines of all of many', () =>
      using(async (rig) => {
        await race(rig, (store, caller) => store.append('log', `line ${caller}`))
        assert.is(new Set(await rig.other.lines('log')).size, CALLERS)
      }))
  })
}
