import * as assert from 'uvu/assert'
import { trendOf } from '../../harness/analysis/trend.ts'
import type { HistoryStore } from '../../harness/store/history/history-store.ts'
import { aHistorySearch } from '../kit/capacity.ts'
import { describe } from '../kit/suite.ts'
import { aHistoryRun } from './history.ts'

/** What every history promises of searches for a capacity. @param using gives an empty one, and removes it afterwards */
export function searchesContract(
  name: string,
  using: (body: (store: HistoryStore) => Promise<void>) => Promise<void>,
): void {
  describe(`${name}, history of searches`, (test) => {
    test('gives back the search that it was given, which is no run', () =>
      using(async (store) => {
        const search = aHistorySearch(1)
        assert.is(await store.add(search), true)
        assert.is(await store.add(search), false)
        assert.equal(await store.entry('capacity-1'), search)
        assert.is(await store.get('capacity-1'), null)
        await store.add(aHistoryRun(1))
        assert.equal(await store.entry('run-1'), aHistoryRun(1))
      }))

    test('lists searches among the runs, or alone, and takes none for a run', () =>
      using(async (store) => {
        for (const night of [0, 2]) await store.add(aHistoryRun(night))
        for (const night of [1, 3]) await store.add(aHistorySearch(night))
        const idsOf = async (filter: Parameters<HistoryStore['list']>[0]) =>
          (await store.list(filter)).map(({ id }) => id)
        assert.equal(await idsOf({}), ['capacity-3', 'run-2', 'capacity-1', 'run-0'])
        assert.equal(await idsOf({ kinds: ['capacity'] }), ['capacity-3', 'capacity-1'])
        assert.equal(await idsOf({ kinds: ['run', 'comparison'], limit: 1 }), ['run-2'])
        assert.is(await store.count({ kinds: ['capacity'] }), 2)
        assert.equal(await store.stepsOf('test'), ['step'])
        assert.equal([...(await store.figuresOf(['run-0', 'capacity-1'])).keys()], ['run-0'])
        assert.is((await store.newestSetting('test'))?.id, 'run-2')
        assert.equal(await store.neighboursOf(aHistoryRun(2)), { previous: 'run-0', next: null })
      }))

    test('has the capacity over confirmed searches of one load, and a change of its level', () =>
      using(async (store) => {
        await store.add(aHistorySearch(0, { loadHash: 'another load' }))
        await store.add(aHistorySearch(1, { valid: false }))
        await store.add(aHistoryRun(2))
        for (let night = 3; night < 19; night++)
          await store.add(aHistorySearch(night, {}, night < 11 ? 1 : 0.7))
        const points = await store.trend('test', 'capacity')
        assert.equal(
          points.map(({ id }) => id),
          Array.from({ length: 16 }, (_, i) => `capacity-${i + 3}`),
        )
        const { changes, rolling } = trendOf('capacity', points)
        assert.equal(
          changes.map(({ run, before }) => [before.id, run.id]),
          [['capacity-10', 'capacity-11']],
        )
        // Less capacity is worse.
        assert.ok((changes[0]?.change ?? 0) > 0.4)
        assert.ok((rolling?.sessions ?? 0) > 0)
        assert.is((await store.trend('test', 'safe_rate')).length, 16)
        assert.equal(await store.trend('test', 'safe_agents'), [])
        assert.is((await store.trend('test', 'p99')).length, 1)
      }))
  })
}
