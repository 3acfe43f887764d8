import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'libsql'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { HistoryStore } from '../../../harness/store/history/history-store.ts'
import { openHistory } from '../../../harness/store/history/open-history.ts'
import { historyContract } from '../../contract/history.ts'
import { searchesContract } from '../../contract/history-of-searches.ts'
import { bundledScript } from '../../kit/bundled-script.ts'
import { CUT, withCuttingProxy } from '../../kit/cutting-proxy.ts'
import { hasPostgres, inDatabase, POSTGRES_HINT, POSTGRES_PORT } from '../../kit/postgres-server.ts'
import { describe } from '../../kit/suite.ts'
import { aSuspectRun } from '../../kit/verdicts.ts'

const run = promisify(execFile)

async function inFile(body: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-history-'))
  try {
    await body(join(folder, 'deep', 'history.db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function opened(location: string, body: (store: HistoryStore) => Promise<void>): Promise<void> {
  const store = await openHistory(location)
  try {
    await body(store)
  } finally {
    await store.close()
  }
}

/** A writer that ends before it says anything is a failure, not a wait. */
async function inTheMidst(writer: ChildProcess): Promise<void> {
  const ended = once(writer, 'exit').then(([status]) => {
    throw new Error(`the writer ended with ${status}`)
  })
  await Promise.race([once(writer, 'message'), ended])
  ended.catch(() => undefined)
}

historyContract('SQLite', (body) => inFile((file) => opened(file, body)))
searchesContract('SQLite', (body) => inFile((file) => opened(file, body)))

if (await hasPostgres()) {
  historyContract('PostgreSQL', (body) => inDatabase((location) => opened(location, body)))
  searchesContract('PostgreSQL', (body) => inDatabase((location) => opened(location, body)))
} else
  describe('PostgreSQL, history contract', (test) => {
    test.skip('keeps every promise', POSTGRES_HINT)
  })

/** @param ask what is asked of a history of two runs, after `change` */
async function refusalAfter(change: (file: string) => void, ask: (store: HistoryStore) => Promise<unknown>) {
  const { aHistoryRun } = await import('../../contract/history.ts')
  const refusals: unknown[] = []
  await inFile(async (file) => {
    await opened(file, async (store) => {
      await store.add(aHistoryRun(1))
      await store.add(aHistoryRun(2))
    })
    change(file)
    await opened(file, (store) => ask(store).then(() => undefined)).catch((error: unknown) =>
      refusals.push(error),
    )
  })
  const [refusal] = refusals
  assert.instance(refusal, HarnessError)
  assert.is((refusal as HarnessError).code, 'HISTORY_UNUSABLE')
  return (refusal as HarnessError).message
}

function inFileOf(statement: string): (file: string) => void {
  return (file) => {
    const database = new Database(file)
    database.exec(`pragma foreign_keys = off; ${statement}`)
    database.close()
  }
}

describe('A history that was changed from outside', (test) => {
  const list = (store: HistoryStore) => store.list({})
  const trend = (store: HistoryStore) => store.trend('test', 'p95')
  for (const [change, ask, told] of [
    ["update runs set id = null where id = 'run-2'", list, /id of a run without a readable id is NULL/],
    ["update runs set id = x'00ff' where id = 'run-2'", list, /id of a run .* is a blob of 2 B/],
    [
      "update runs set id = x'00ff' where id = 'run-1'",
      (store: HistoryStore) => store.rollUp('2100-01-01', 60_000),
      /a blob/,
    ],
    ["update runs set started_at = x'00' where id = 'run-1'", list, /started_at of the run run-1/],
    ["update runs set load_ms = 'long' where id = 'run-1'", list, /load_ms of the run run-1 is "long"/],
    ["update runs set outcome = 'FINE' where id = 'run-1'", list, /outcome of the run run-1 is "FINE"/],
    ["update runs set scenario = x'41'", (store: HistoryStore) => store.scenarios(), /scenario/],
    [
      "update runs set rollback = 'succeeded', recovery_ms = 'z'",
      (store: HistoryStore) => store.rollbacks(),
      /recovery_ms/,
    ],
    ["update metrics set y = 'much'", trend, /y of the run run-[12] is "much"/],
    ["update runs set boot_id = x'41'", trend, /boot_id/],
  ] as const)
    test(`says which run and what of it: ${change}`, async () => {
      const message = await refusalAfter(inFileOf(change), ask)
      assert.match(message, told)
      assert.match(message, 'history.db')
    })

  test('by a table less is an error that names the file', async () =>
    assert.match(await refusalAfter(inFileOf('drop table metrics'), trend), /history\.db.*no such table/))
})

describe('A history', (test) => {
  test('is opened again with what it held', () =>
    inFile(async (file) => {
      const { aHistoryRun } = await import('../../contract/history.ts')
      await opened(file, async (store) => void (await store.add(aHistoryRun(1))))
      await opened(file, async (store) => assert.is((await store.list({})).length, 1))
    }))

  test('of an earlier version learns which of its runs may hide a regression', () =>
    inFile(async (file) => {
      const { aHistoryRun } = await import('../../contract/history.ts')
      const { verdict } = aSuspectRun()
      await opened(file, async (store) => {
        await store.add(aHistoryRun(1, { outcome: 'GO', verdict }))
        await store.add(aHistoryRun(2))
      })
      const before = new Database(file)
      before.exec('alter table runs drop column doubtful')
      before.exec("delete from kysely_migration where name = '002-doubtful'")
      before.close()

      await opened(file, async (store) =>
        assert.equal(
          (await store.list({})).map(({ doubtful }) => doubtful),
          [false, true],
        ),
      )
    }))

  test('is made once when several processes meet the fresh file at once', () =>
    inFile(async (file) => {
      const openings = Array.from({ length: 6 }, () =>
        run(process.execPath, [bundledScript('history-opener'), file]),
      )
      for (const { stdout } of await Promise.all(openings)) assert.is(stdout, '0')
    }))

  test('is whole after two writers were killed in the midst of it', () =>
    inFile(async (file) => {
      const writers = [1, 2].map((number) =>
        fork(bundledScript('endless-historian'), [file, String(number)], { execArgv: [] }),
      )
      try {
        await Promise.all(writers.map(inTheMidst))
      } finally {
        for (const writer of writers) writer.kill('SIGKILL')
      }
      await Promise.all(writers.map((writer) => writer.exitCode ?? writer.signalCode ?? once(writer, 'exit')))
      await opened(file, async (store) => {
        const rows = await store.list({ limit: 10_000 })
        assert.ok(rows.length >= 10, `${rows.length}`)
        for (const { id } of rows) assert.is((await store.get(id))?.intervals.length, 150, id)
      })
    }))

  test('that cannot be used says where it is, without its password, and what to do', async () => {
    const refusal = async (location: string) => {
      try {
        await openHistory(location)
      } catch (error) {
        if (error instanceof HarnessError) return error
        throw error
      }
      throw new Error('it was opened')
    }
    const server = await refusal('postgres://me:s3cret@127.0.0.1:1/nowhere')
    assert.is(server.code, 'HISTORY_UNUSABLE')
    assert.not.match(server.message, /s3cret/)
    await inFile(async (file) => {
      const folder = join(file, '..')
      await opened(file, () => Promise.resolve())
      const text = join(folder, 'text.db')
      writeFileSync(text, 'this is not a database, but it is long enough to be looked at as one'.repeat(20))
      assert.match((await refusal(text)).message, /text\.db/)
    })
  })
})

if (await hasPostgres())
  describe('A history on a server', (test) => {
    test('whose connection is lost in use fails what it was used for, and is there for the next', () =>
      inDatabase((location) =>
        withCuttingProxy(POSTGRES_PORT, async (proxy) => {
          const { signal } = new AbortController()
          await opened(location.replace(`:${POSTGRES_PORT}/`, `:${proxy.port}/`), async (store) => {
            const lost = await store.query(`select 1 ${CUT}`, signal).catch((error: unknown) => error)

            assert.instance(lost, HarnessError)
            assert.match((lost as HarnessError).message, 'Connection terminated')
            assert.equal(await store.query('select 1 as one', signal), [{ one: 1 }])
          })
        }),
      ))
  })
