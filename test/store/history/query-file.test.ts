import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import * as assert from 'uvu/assert'
import { queryFile } from '../../../harness/store/history/query-file.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const LONG_MS = 600_000
const ENDLESS = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c'

/** A file with one table and one row, and a query on it. */
function withFile(
  body: (
    ask: (text: string, limitMs?: number, signal?: AbortSignal) => Promise<readonly unknown[]>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  return withScratch((folder) => {
    const file = join(folder, 'history #1?.db')
    const database = new Database(file)
    database.exec(
      "pragma journal_mode = wal; create table runs(id text, y real); insert into runs values ('a', 2)",
    )
    database.close()
    return body(
      (text, limitMs = LONG_MS, signal = new AbortController().signal) =>
        queryFile(file, text, limitMs, signal),
      folder,
    )
  })
}

async function refusalOf(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    (rows) => `answered: ${JSON.stringify(rows)}`,
    (error: Error) => error.message,
  )
}

describe('A query on a file', (test) => {
  test('computes with what the database has for it', () =>
    withFile(async (ask) => {
      const text = `select id, upper(id) as name, round(exp(y)) as e, json_extract('{"a":1}', '$.a') as a,
        (select count(*) from json_each('[1,2]')) as many, row_number() over (order by y) as place from runs`
      assert.equal(await ask(text), [{ id: 'a', name: 'A', e: 7, a: 1, many: 2, place: 1 }])
      assert.ok((await ask('explain query plan select * from runs')).length > 0)
    }))

  test('touches no file, however it is written', () =>
    withFile(async (ask, folder) => {
      const other = join(folder, 'other')
      writeFileSync(other, 'secret')
      const written = join(folder, 'written')
      for (const text of [
        `select writefile('${written}', 'y')`,
        `select "WriteFile"('${written}', 'y') from runs`,
        `select 1 where case when 1 then writefile('${written}', 'y') end`,
        `with w as (select [writefile]('${written}', id) from runs) select * from w`,
        `select count(*) from runs group by writefile('${written}', id) having readfile('${other}') is null`,
        `select readfile('${other}')`,
        `explain select readfile('${other}')`,
        `select data from fsdir('${other}')`,
        `select * from "fsdir"('${other}')`,
        `select load_extension('${other}')`,
        `select * from sqlite_dbpage`,
        `select 1; attach '${written}' as x`,
      ])
        assert.match(await refusalOf(ask(text)), /is not taken|answered: \[\{"1":1\}\]|no such/, text)
      assert.not.ok(existsSync(written))
    }))

  test('writes nothing', () =>
    withFile(async (ask) => {
      for (const text of ['with x as (select 1) delete from runs returning id', 'select 1; delete from runs'])
        await refusalOf(ask(text))
      assert.is((await ask('select * from runs')).length, 1)
    }))

  test('that never ends is ended at the limit, and by whoever asked', () =>
    withFile(async (ask) => {
      assert.match(await refusalOf(ask(ENDLESS, 2_000)), 'it took longer than 2s')
      const caller = new AbortController()
      const asked = refusalOf(ask(ENDLESS, LONG_MS, caller.signal))
      caller.abort()
      assert.not.match(await asked, 'answered')
    }))

  test('of more rows than fit is told to end with a limit', () =>
    withFile(async (ask) => {
      const endless = ENDLESS.replace('count(*)', 'x')
      assert.match(await refusalOf(ask(endless)), 'more than 100000 rows')
    }))
})
