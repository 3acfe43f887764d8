/** What the pages about stored runs read of a real history, a reports folder and baselines. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { historyPages } from '../../../harness/web/history/history-pages.ts'
import { byHardName, HARD_NAMES } from '../../kit/hard-names.ts'
import {
  aNightRecord,
  approveRecord,
  aStaircaseRecord,
  aStoredRecord,
  inStoredRunsPlace,
  keepRun,
  type StoredRunsPlace,
} from '../../kit/stored-runs.ts'
import { describe } from '../../kit/suite.ts'

const ALL = { limit: 50, offset: 0 }
const idOf = (night: number) => aNightRecord(night).runId

/** Writes over a file in the folder of a run. */
function spoil({ reportsFolder }: StoredRunsPlace, id: string, file: string, text: string): void {
  writeFileSync(join(reportsFolder, 'checkout', id, file), text)
}

async function refusal(reading: Promise<unknown>): Promise<HarnessError> {
  try {
    await reading
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  throw new Error('it was read')
}

/** Changes what a history holds behind its back, as another program would. */
function breakRow({ historyFile }: StoredRunsPlace, id: string): void {
  const database = new Database(historyFile)
  database.prepare("update runs set summaries = '{', environment = '{' where id = ?").run(id)
  database.close()
}

describe('Sources of the pages about stored runs', (test) => {
  test('list the newest runs with exact figures, and how many there are', () =>
    inStoredRunsPlace(async (place) => {
      for (const night of [0, 1, 2]) await keepRun(place, aNightRecord(night), { build: `b${night}` })

      const { runs, total } = await place.sources.listRuns({ scenario: 'checkout', limit: 2, offset: 1 })

      assert.is(total, 3)
      assert.equal(
        runs.map(({ id, build, figures }) => [id, build, figures?.errors]),
        [
          [idOf(1), 'b1', 0],
          [idOf(0), 'b0', 2],
        ],
      )
      assert.equal(await place.sources.scenarios(), ['checkout'])
    }))

  test('find a run on disk that the history does not know', () =>
    inStoredRunsPlace(async (place) => {
      await keepRun(place, aNightRecord(1), { onDisk: true })
      await keepRun(place, aNightRecord(2), { onDisk: true, remembered: false })

      assert.equal(await place.sources.unindexedRuns(), [{ id: idOf(2), scenario: 'checkout' }])
      const report = await place.sources.runReport(idOf(2))
      assert.is(report?.record.runId, idOf(2))
      assert.is(report?.verdict.runId, idOf(2))
      assert.is((await place.sources.rememberedRun(idOf(2)))?.id, idOf(2))
      assert.equal(await place.sources.runFiles(idOf(2)), ['run.json', 'verdict.json'])
      assert.is(await place.sources.runReport('20260101-000000-none'), null)
      assert.is(await place.sources.rememberedRun('20260101-000000-none'), null)
    }))

  test('give the baseline that a run was compared with, unless it is broken', () =>
    inStoredRunsPlace(async (place) => {
      const record = aNightRecord(1)
      await approveRecord(place, record)
      await keepRun(place, record, { onDisk: true })
      const verdict = (await place.sources.runReport(idOf(1)))?.verdict
      const comparison = {
        baseline: 'main',
        level: 'ok',
        believed: true,
        evidence: 'none',
        needs: null,
        reason: '',
        notes: [],
      }
      const compared = { ...verdict, comparison: { ...comparison, checks: [], steps: [], components: [] } }
      spoil(place, idOf(1), 'verdict.json', JSON.stringify(compared))

      assert.is((await place.sources.runReport(idOf(1)))?.baseline?.name, 'main')
      writeFileSync(join(place.baselinesFolder, 'checkout', 'main.json'), '{')
      assert.is((await place.sources.runReport(idOf(1)))?.baseline, null)
    }))

  test('say what is broken: a record, a verdict, a row of the history', () =>
    inStoredRunsPlace(async (place) => {
      await keepRun(place, aNightRecord(1), { onDisk: true })
      spoil(place, idOf(1), 'run.json', '{"schemaVersion"')
      assert.is((await refusal(place.sources.runReport(idOf(1)))).code, 'RECORD_INVALID')
      breakRow(place, idOf(1))

      assert.match((await refusal(place.sources.rememberedRun(idOf(1)))).message, /what the history holds of/)
      const { runs } = await place.sources.listRuns(ALL)
      assert.equal(
        runs.map(({ id, figures }) => [id, figures]),
        [[idOf(1), null]],
      )
    }))

  test('list baselines with who approved, what is broken, and whether the newest run compares', () =>
    inStoredRunsPlace(async (place) => {
      await approveRecord(place, aNightRecord(1), { by: 'ada', reason: 'release 2.4' })
      await approveRecord(place, aNightRecord(2), { name: 'other' })
      await keepRun(place, aNightRecord(3, 1, { loadHash: 'more agents' }))
      writeFileSync(join(place.baselinesFolder, 'checkout', 'other.json'), 'no baseline')

      const [main, other] = await place.sources.listBaselines()

      assert.equal(main?.baseline?.runs[0]?.approved, {
        at: '2026-02-01T09:30:00.000Z',
        by: 'ada',
        reason: 'release 2.4',
      })
      assert.is(main?.newest?.id, idOf(3))
      assert.match(main?.newest?.differences.join() ?? '', /the load/)
      assert.is(other?.baseline, null)
      assert.match(other?.problem ?? '', /other\.json is not a baseline/)
    }))

  test('say that a baseline cannot be held against a newest run that is broken', () =>
    inStoredRunsPlace(async (place) => {
      await approveRecord(place, aNightRecord(1))
      await keepRun(place, aNightRecord(2))
      breakRow(place, idOf(2))

      const [main] = await place.sources.listBaselines()

      assert.is(main?.baseline?.name, 'main')
      assert.match(main?.problem ?? '', /the newest run cannot be read/)
    }))

  test('take for capacity what has figures and a record, of one machine and one file, and say what is left out', () =>
    inStoredRunsPlace(async (place) => {
      const at = (day: number) => ({
        runId: `2026030${day}-120000-aaaa`,
        startedAt: `2026-03-0${day}T12:00:00.000Z`,
      })
      const elsewhere = { ...aStaircaseRecord([1]).environment, cores: 64 }
      await keepRun(place, aStaircaseRecord([1, 2], at(1)))
      await keepRun(place, aStaircaseRecord([1, 2], { ...at(2), environment: elsewhere }), { onDisk: true })
      await keepRun(place, aStaircaseRecord([1, 2], { ...at(3), loadHash: 'other' }), { onDisk: true })
      await keepRun(place, aStaircaseRecord([4, 8], at(4)), { onDisk: true, build: 'newest' })

      const { runs, leftOut } = await place.sources.loadedRuns('staircase')

      assert.equal(
        runs.map(({ id, build, intervals }) => [
          id.slice(0, 8),
          build,
          [...new Set(intervals.map(({ agents }) => agents))],
        ]),
        [
          ['20260304', 'newest', [4, 8]],
          ['20260303', null, [1, 2]],
        ],
      )
      assert.equal(
        leftOut.map(({ id, why }) => `${id.slice(0, 8)}: ${why}`),
        [
          '20260302: changed since: cores (2, now 64)',
          '20260301: the record is no longer in the reports folder',
        ],
      )
    }))

  test('leave out of capacity a record that is broken, and one that is far too long', () =>
    inStoredRunsPlace(async (place) => {
      const long = aNightRecord(1)
      await keepRun(place, aNightRecord(2), { onDisk: true })
      await keepRun(place, long, { onDisk: true })
      const intervals = Array.from({ length: 4_001 }, () => long.intervals[0])
      spoil(place, idOf(1), 'run.json', JSON.stringify({ ...long, intervals }))
      spoil(place, idOf(2), 'run.json', 'no record')

      const { runs, leftOut } = await place.sources.loadedRuns('checkout')

      assert.equal(runs, [])
      assert.equal(
        leftOut.map(({ why }) => why),
        ['its stored data cannot be read', 'more intervals than can be read here, 4,000 in all'],
      )
    }))
})

describe('Addresses that try to leave the reports folder', (test) => {
  test('lead nowhere, however they are written', () =>
    inStoredRunsPlace(async (place) => {
      await keepRun(place, aNightRecord(1), { onDisk: true })
      const secret = join(place.reportsFolder, '..', 'secret')
      mkdirSync(secret)
      for (const file of ['run.json', 'verdict.json']) writeFileSync(join(secret, file), 'a secret')
      symlinkSync(secret, join(place.reportsFolder, 'checkout', 'linked'))
      symlinkSync(join(secret, 'run.json'), join(place.reportsFolder, 'checkout', idOf(1), 'linked.json'))
      const app = historyPages(place.sources)

      for (const path of [
        '/runs/..%2f..%2fsecret',
        '/runs/..%2fsecret/files/run.json',
        '/runs/%2e%2e/files/run.json',
        '/runs/linked',
        '/runs/linked/files/run.json',
        `/runs/${idOf(1)}/files/linked.json`,
        `/runs/${idOf(1)}/files/..%2f..%2f..%2fsecret%2frun.json`,
        `/runs/${idOf(1)}/files/%2fetc%2fpasswd`,
        `/runs/${idOf(1)}/files/run.json%00.html`,
        '/compare?a=../../secret&b=linked',
      ]) {
        const answer = await app.request(path)
        assert.is(answer.status, 404, path)
        assert.not.match(await answer.text(), 'a secret', path)
      }
      assert.is((await app.request(`/runs/${idOf(1)}/files/run.json`)).status, 200)
    }))
})

describe('Pages about stored runs', (test) => {
  test('show scenarios, steps, components and baselines that are called as what objects inherit', () =>
    inStoredRunsPlace(async (place) => {
      const record = aStoredRecord({
        intervals: 15,
        steps: byHardName(() => () => ({ okMs: Array.from({ length: 40 }, (_, i) => 10 + i) })),
        componentShares: byHardName(() => byHardName(() => 0.1)),
      })
      const app = historyPages(place.sources)
      for (const scenario of ['__proto__', 'constructor']) {
        const [a, b] = [`a-of-${scenario}`, `b-of-${scenario}`]
        for (const runId of [a, b]) {
          await keepRun(place, { ...record, scenario, runId }, { onDisk: true })
          await approveRecord(place, { ...record, scenario, runId }, { name: scenario })
        }
        const addresses = [
          `/runs?scenario=${scenario}`,
          `/runs/${a}`,
          `/capacity?scenario=${scenario}`,
          '/baselines',
          ...HARD_NAMES.map((step) => `/compare?a=${a}&b=${b}&step=${step}`),
          ...HARD_NAMES.map((step) => `/trend?scenario=${scenario}&step=${step}`),
        ]
        for (const address of addresses) {
          const answer = await app.request(address)
          const text = await answer.text()
          assert.is(answer.status, 200, `${address} ${text}`)
          assert.match(text, scenario, address)
        }
      }
      const compared = await (await app.request('/compare?a=a-of-constructor&b=b-of-constructor')).text()
      for (const step of HARD_NAMES) assert.ok(compared.includes(step), step)
    }))
})
