import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { HistoryStore } from '../../../harness/store/history/history-store.ts'
import { openHistory } from '../../../harness/store/history/open-history.ts'
import { historyContract } from '../../contract/history.ts'
import { bundledScript } from '../../kit/bundled-script.ts'
import { describe } from '../../kit/suite.ts'

const run = promisify(execFile)
const SERVER = 'postgres://postgres@127.0.0.1:5432/postgres'

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

/** A database of its own on the server, gone afterwards. */
async function inDatabase(body: (location: string) => Promise<void>): Promise<void> {
  const name = `proofload_test_${process.pid}_${process.hrtime.bigint()}`
  const client = new pg.Client({ connectionString: SERVER })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
    await body(SERVER.replace(/\/postgres$/, `/${name}`))
  } finally {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  }
}

async function hasServer(): Promise<boolean> {
  const client = new pg.Client({ connectionString: SERVER, connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    // None here: the tests say so.
    return false
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

if (await hasServer())
  historyContract('PostgreSQL', (body) => inDatabase((location) => opened(location, body)))
else
  describe('PostgreSQL, history contract', (test) => {
    test.skip('keeps every promise', `no server at ${SERVER}; apt-get install postgresql, and start it`)
  })

describe('A history', (test) => {
  test('is opened again with what it held', () =>
    inFile(async (file) => {
      const { aHistoryRun } = await import('../../contract/history.ts')
      await opened(file, async (store) => void (await store.add(aHistoryRun(1))))
      await opened(file, async (store) => assert.is((await store.list({})).length, 1))
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
