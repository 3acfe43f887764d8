import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { historyRunOf } from '../../harness/app/history/history.ts'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import type { HistoryRun } from '../../harness/model/history.ts'
import type { RollbackRecord, TakenStep } from '../../harness/model/rollback.ts'
import type { HistoryStore } from '../../harness/store/history/history-store.ts'
import { aRecord } from '../kit/builders.ts'
import { byHardName, entriesIn } from '../kit/hard-names.ts'
import { describe } from '../kit/suite.ts'
import { aRollback, aSuspectRun } from '../kit/verdicts.ts'

/** The run of every night, encoded once. */
let measured: HistoryRun | undefined

/** A run of the n-th night. */
export function aHistoryRun(night: number, changes: Partial<HistoryRun> = {}): HistoryRun {
  measured ??= encodedRun()
  const startedAt = new Date(Date.UTC(2026, 0, 1 + night)).toISOString()
  return { ...structuredClone(measured), build: `build-${night}`, id: `run-${night}`, startedAt, ...changes }
}

function encodedRun(): HistoryRun {
  const record = aRecord({ okMs: [5, 10, 20], failedPerInterval: 1, intervals: 150 })
  return historyRunOf(record, judge(record, { strict: false }), null)
}

/** The steps of a rollback that was verified 1.5 s after it began. */
const VERIFIED: TakenStep[] = [
  {
    name: 'verify',
    outcome: 'succeeded',
    startedAt: '2026-01-01T00:00:41.500Z',
    durationMs: 1_000,
    attempts: 1,
    message: '',
  },
]

/** Nobody ends what is asked. */
const NEVER = new AbortController().signal

/** What every history promises, whatever keeps it. @param open gives an empty one, and removes it afterwards */
export function historyContract(
  name: string,
  using: (body: (store: HistoryStore) => Promise<void>) => Promise<void>,
): void {
  describe(`${name}, history contract`, (test) => {
    test('gives back what it was given, once', () =>
      using(async (store) => {
        const run = aHistoryRun(1)
        assert.is(await store.add(run), true)
        assert.is(await store.add({ ...run, build: 'other' }), false)
        assert.equal(await store.get('run-1'), run)
        assert.is(await store.get('nobody'), null)
      }))

    test('lists a GO with a possible regression as doubtful', () =>
      using(async (store) => {
        const { verdict } = aSuspectRun()
        await store.add(aHistoryRun(1, { outcome: 'GO', verdict }))
        await store.add(aHistoryRun(2))
        const doubts = async () => (await store.list({})).map(({ id, doubtful }) => [id, doubtful])
        assert.equal(await doubts(), [
          ['run-2', false],
          ['run-1', true],
        ])
      }))

    test('gives back steps and components under any name', () =>
      using(async (store) => {
        const { summaries, merged } = aHistoryRun(1)
        const [hdr = ''] = Object.values(merged)
        const named = {
          summaries: {
            ...summaries,
            steps: byHardName(() => summaries.all),
            componentSumUs: byHardName(() => 7),
          },
          merged: byHardName(() => hdr),
        }
        await store.add(aHistoryRun(1, named))
        const kept = await store.get('run-1')
        assert.equal(entriesIn(kept?.merged ?? {}), entriesIn(named.merged))
        assert.equal(entriesIn(kept?.summaries.steps ?? {}), entriesIn(named.summaries.steps))
        assert.equal(
          entriesIn(kept?.summaries.componentSumUs ?? {}),
          entriesIn(named.summaries.componentSumUs),
        )
      }))

    test('gives the rollbacks that were begun, by scenario, the oldest first', () =>
      using(async (store) => {
        const { verdict } = aHistoryRun(0)
        const rolledBack = (changes: Partial<RollbackRecord>) => ({
          verdict: { ...verdict, rollback: aRollback(changes) },
        })
        await store.add(aHistoryRun(2, rolledBack({ steps: VERIFIED })))
        await store.add(aHistoryRun(1, rolledBack({ outcome: 'interrupted' })))
        await store.add(aHistoryRun(3, { scenario: 'another', ...rolledBack({ outcome: 'failed' }) }))
        await store.add(aHistoryRun(4, rolledBack({ outcome: 'not-armed' })))
        await store.add(aHistoryRun(5))
        assert.equal(await store.rollbacks(), [
          { scenario: 'another', outcome: 'failed', recoveryMs: null },
          { scenario: 'test', outcome: 'interrupted', recoveryMs: null },
          { scenario: 'test', outcome: 'succeeded', recoveryMs: 1_500 },
        ])
      }))

    test('settles the rollback of a run that is there, and adds one that is not', () =>
      using(async (store) => {
        const { verdict } = aHistoryRun(0)
        const rollback = aRollback({ outcome: 'interrupted' })
        await store.add(aHistoryRun(1, { verdict: { ...verdict, rollback } }))
        const settled = { ...verdict, rollback: aRollback({ steps: VERIFIED }) }
        await store.settleRollback(aHistoryRun(1, { verdict: settled, build: null }))
        await store.settleRollback(aHistoryRun(2, { verdict: settled }))
        const succeeded = { scenario: 'test', outcome: 'succeeded', recoveryMs: 1_500 }
        assert.equal(await store.rollbacks(), [succeeded, succeeded])
        assert.equal(await store.get('run-1'), aHistoryRun(1, { verdict: settled }))
        assert.equal(await store.get('run-2'), aHistoryRun(2, { verdict: settled }))
      }))

    test('lists the newest first, and only what was asked for', () =>
      using(async (store) => {
        for (const night of [2, 0, 1]) await store.add(aHistoryRun(night))
        await store.add(aHistoryRun(3, { scenario: 'other', outcome: 'NO_GO' }))
        const idsOf = async (filter: Parameters<HistoryStore['list']>[0]) =>
          (await store.list(filter)).map(({ id }) => id)
        assert.equal(await idsOf({}), ['run-3', 'run-2', 'run-1', 'run-0'])
        assert.equal(await idsOf({ scenario: 'test', limit: 2 }), ['run-2', 'run-1'])
        assert.equal(await idsOf({ outcome: 'NO_GO' }), ['run-3'])
        assert.equal(await idsOf({ scenario: 'test', since: '2026-01-02' }), ['run-2', 'run-1'])
      }))

    test('pages through what was asked for, and says how many there are', () =>
      using(async (store) => {
        for (const night of [0, 1, 2, 3]) await store.add(aHistoryRun(night))
        await store.add(aHistoryRun(4, { build: 'build-1' }))
        const page = await store.list({ limit: 2, offset: 2 })
        assert.equal(
          page.map(({ id }) => id),
          ['run-2', 'run-1'],
        )
        assert.equal(
          (await store.list({ build: 'build-1' })).map(({ id }) => id),
          ['run-4', 'run-1'],
        )
        assert.is(await store.count({}), 5)
        assert.is(await store.count({ build: 'build-1', scenario: 'test' }), 2)
        assert.is(await store.count({ scenario: 'nobody' }), 0)
      }))

    test('has figures, builds and neighbours of runs, and tells which it knows', () =>
      using(async (store) => {
        for (const night of [0, 1, 2]) await store.add(aHistoryRun(night))
        await store.add(aHistoryRun(1, { id: 'run-1b' }))
        const { id, scenario, startedAt, summaries } = aHistoryRun(1)
        assert.equal([...(await store.figuresOf(['run-1', 'nobody']))], [['run-1', summaries.all]])
        assert.equal([...(await store.known(['run-1', 'nobody']))], ['run-1'])
        assert.equal([(await store.figuresOf([])).size, (await store.known([])).size], [0, 0])
        assert.equal([await store.buildOf('run-2'), await store.buildOf('nobody')], ['build-2', null])
        assert.equal(await store.neighboursOf({ id, scenario, startedAt }), {
          previous: 'run-0',
          next: 'run-1b',
        })
        assert.equal(await store.neighboursOf({ id: 'run-1b', scenario, startedAt }), {
          previous: 'run-1',
          next: 'run-2',
        })
        assert.is((await store.neighboursOf(aHistoryRun(0))).previous, null)
      }))

    test('knows its scenarios, the steps of each, and what the newest run was', () =>
      using(async (store) => {
        await store.add(aHistoryRun(0, { loadHash: 'old' }))
        await store.add(aHistoryRun(1))
        await store.add(aHistoryRun(2, { scenario: 'another' }))
        const { scenarioHash, loadHash, environment } = aHistoryRun(1)
        assert.equal(await store.scenarios(), ['another', 'test'])
        assert.equal(await store.stepsOf('test'), ['step'])
        assert.equal(await store.stepsOf('nobody'), [])
        assert.equal(await store.newestSetting('test'), { id: 'run-1', scenarioHash, loadHash, environment })
        assert.is(await store.newestSetting('nobody'), null)
      }))

    test('has a metric over time, of valid runs, of the whole or of one step', () =>
      using(async (store) => {
        for (const night of [1, 0]) await store.add(aHistoryRun(night))
        await store.add(aHistoryRun(2, { valid: false }))
        const { y, w } = aHistoryRun(0).summaries.all.metrics.p99 ?? { y: 0, w: 0 }
        for (const step of [undefined, 'step']) {
          const points = await store.trend('test', 'p99', step)
          assert.equal(
            points.map((point) => [point.id, point.build, point.y, point.w]),
            [
              ['run-0', 'build-0', y, w],
              ['run-1', 'build-1', y, w],
            ],
          )
        }
        assert.equal(await store.trend('test', 'p99', 'nobody'), [])
        assert.equal(
          (await store.trend('test', 'p99', '', 1)).map(({ id }) => id),
          ['run-1'],
        )
      }))

    test('lists a comparison of builds as one, and leaves it out of series and settings', () =>
      using(async (store) => {
        await store.add(aHistoryRun(0))
        await store.add(aHistoryRun(1, { kind: 'comparison', loadHash: 'of ab' }))
        assert.equal(
          (await store.list({})).map(({ id, kind }) => [id, kind]),
          [
            ['run-1', 'comparison'],
            ['run-0', 'run'],
          ],
        )
        assert.equal(
          (await store.trend('test', 'p99')).map(({ id }) => id),
          ['run-0'],
        )
        assert.is((await store.newestSetting('test'))?.id, 'run-0')
        assert.is((await store.get('run-1'))?.kind, 'comparison')
      }))

    test('has a metric of runs of one load: the one of the newest', () =>
      using(async (store) => {
        for (const night of [0, 1]) await store.add(aHistoryRun(night, { loadHash: 'another load' }))
        for (const night of [2, 3]) await store.add(aHistoryRun(night))

        assert.equal(
          (await store.trend('test', 'p99')).map(({ id }) => id),
          ['run-2', 'run-3'],
        )
      }))

    test('rolls old intervals up without losing a request, and leaves the new ones', () =>
      using(async (store) => {
        await store.add(aHistoryRun(0))
        await store.add(aHistoryRun(9))
        assert.is(await store.rollUp('2026-01-05', 60_000), 1)
        assert.is(await store.rollUp('2026-01-05', 60_000), 0)
        const intervals = (await store.get('run-0'))?.intervals ?? []
        assert.equal(
          intervals.map(({ startMs, endMs }) => [startMs, endMs]),
          [
            [0, 60_000],
            [60_000, 120_000],
            [120_000, 150_000],
          ],
        )
        const merged = SparseHistogram.decodeAll(intervals.map(({ hdr }) => hdr))
        assert.equal(
          [...merged.buckets()],
          [...SparseHistogram.decode(aHistoryRun(0).merged['step'] ?? '').buckets()],
        )
        assert.is((await store.get('run-9'))?.intervals.length, 150)
      }))

    test('answers queries, and lets none of them write', () =>
      using(async (store) => {
        await store.add(aHistoryRun(1))
        assert.equal(
          await store.query("select id from runs where scenario = 'test'", NEVER),
          await store.query("select 'run-1' as id", NEVER),
        )
        for (const text of [
          'delete from runs',
          'select nothing from nowhere',
          'with x as (delete from runs returning id) select * from x',
          'select 1; commit; delete from runs',
        ]) {
          try {
            await store.query(text, NEVER)
          } catch (error) {
            assert.match((error as Error).message, /the query cannot be run/)
          }
          assert.is((await store.list({})).length, 1, text)
        }
      }))

    test('forgets old runs with all that belongs to them', () =>
      using(async (store) => {
        for (const night of [0, 1, 9]) await store.add(aHistoryRun(night))
        assert.is(await store.forget('2026-01-05'), 2)
        assert.equal(
          (await store.list({})).map(({ id }) => id),
          ['run-9'],
        )
        assert.is((await store.trend('test', 'p99')).length, 1)
        assert.is(await store.add(aHistoryRun(0)), true)
        assert.equal(await store.get('run-0'), aHistoryRun(0))
      }))

    test('takes runs from several writers at once', () =>
      using(async (store) => {
        const added = await Promise.all(Array.from({ length: 12 }, (_, i) => store.add(aHistoryRun(i % 6))))
        assert.is(added.filter(Boolean).length, 6)
        assert.is((await store.list({})).length, 6)
      }))
  })
}
