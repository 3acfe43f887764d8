import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readScenarioFiles } from '../../harness/scenario/files.ts'
import { byHardName, entriesIn, HARD_NAMES } from '../kit/hard-names.ts'
import { aDocument, planOf, rejectionOf, withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const USERS = '\ufeffname, team\nada,"a, b"\n\nlin,c\n'

/** A document with its files, which lie beside a scenario in a folder of their own. */
async function read(document: unknown, files: Readonly<Record<string, string>>): Promise<unknown> {
  let complete: unknown
  await withFiles(files, async (folder) => {
    complete = await readScenarioFiles(document, join(folder, 'scenario.yaml'), '/nonexistent')
  })
  return complete
}

const withData = (data: unknown) => aDocument({ data })

describe('readScenarioFiles', (test) => {
  test('puts the rows of CSV and JSON files in their place', async () => {
    const data = { users: { csv: 'users.csv', mode: 'unique' }, items: { json: 'data/items.json' } }
    const document = await read(withData(data), { 'users.csv': USERS, 'data/items.json': '[{"id":1}]' })

    assert.equal(planOf(document).feeders, {
      users: {
        mode: 'unique',
        rows: [
          { name: 'ada', team: 'a, b' },
          { name: 'lin', team: 'c' },
        ],
      },
      items: { mode: 'circular', rows: [{ id: '1' }] },
    })
  })

  test('puts the instants of a replay in their place', async () => {
    const workload = { pattern: 'replay', csv: 'arrivals.csv' }
    const document = await read(aDocument({ workload }), { 'arrivals.csv': 'at\n0.1\n250ms\n1.5\n' })

    assert.equal(planOf(document).workloads[0]?.instantsMs, [100, 250, 1500])
  })

  test('reads the files of environments too', async () => {
    const environments = { staging: { data: { users: { csv: 'staging.csv' } } } }
    const document = await read(aDocument({ data: { users: { csv: 'users.csv' } }, environments }), {
      'users.csv': 'name\nada\n',
      'staging.csv': 'name\nlin\n',
    })

    assert.equal(planOf(document).feeders['users']?.rows, [{ name: 'ada' }])
    assert.equal(planOf(document, { environment: 'staging' }).feeders['users']?.rows, [{ name: 'lin' }])
  })

  test('keeps numbers of a JSON file as they are written, behind a byte order mark, too', async () => {
    const data = { ids: { json: 'ids.json' } }
    const document = await read(withData(data), {
      'ids.json': '\ufeff[{"id":12345678901234567890,"v":1.10,"n":7,"s":"x"}]',
    })

    assert.equal((document as { data: unknown }).data, {
      ids: { rows: [{ id: '12345678901234567890', v: '1.10', n: '7', s: 'x' }] },
    })
  })

  test('names every file that cannot be read, with the reason, at once', async () => {
    const data = { a: { csv: 'missing.csv' }, b: { json: 'broken.json' } }
    const { problems } = await rejectionOf(
      read(aDocument({ data, workload: { pattern: 'replay', csv: 'falling.csv' } }), {
        'broken.json': '[{',
        'falling.csv': '2\n1\n',
      }),
      'SCENARIO_LOAD_FAILED',
    )

    assert.equal(problems.map(({ path }) => path).sort(), ['data.a.csv', 'data.b.json', 'workload.csv'])
    assert.match(problems.find(({ path }) => path === 'data.a.csv')?.message ?? '', 'ENOENT')
    assert.match(problems.find(({ path }) => path === 'workload.csv')?.message ?? '', 'falling.csv:2')
  })

  test('makes the paths of files that targets read absolute, those of environments too', async () => {
    const grpc = (protos: unknown) => ({ plugin: 'grpc', config: { address: '127.0.0.1:1', protos } })
    const document = {
      target: grpc(['api/a.proto', '/b.proto']),
      targets: {
        other: grpc(7),
        web: { plugin: 'http', config: { url: 'http://127.0.0.1', protos: ['a'] } },
        odd: 1,
      },
      environments: { staging: { targets: { other: { config: { protos: ['c.proto'] } } } } },
    }

    const absolute = await readScenarioFiles(document, '/scenarios/one.yaml', '/elsewhere')

    assert.equal(absolute, {
      target: grpc(['/scenarios/api/a.proto', '/b.proto']),
      targets: document.targets,
      environments: { staging: { targets: { other: { config: { protos: ['/scenarios/c.proto'] } } } } },
    })
  })

  test('leaves two sources for the schema to refuse', async () => {
    const document = withData({ a: { csv: 'x.csv', json: 'y.json' }, b: { csv: 'x.csv', rows: [{ x: 1 }] } })

    assert.equal(await read(document, {}), document)
  })

  test('passes on what is not even an object', async () => {
    assert.is(await read('text', {}), 'text')
  })

  test('keeps columns of any name', async () => {
    const data = { users: { csv: 'users.csv' }, items: { json: 'items.json' } }
    const row = JSON.stringify(byHardName((name) => `of ${name}`))
    const document = await read(withData(data), {
      'users.csv': `${HARD_NAMES.join(',')}\n${HARD_NAMES.map((name) => `of ${name}`).join(',')}\n`,
      'items.json': `[${row}]`,
    })
    const { feeders } = planOf(document)

    for (const name of ['users', 'items'])
      assert.equal(entriesIn(feeders[name]?.rows[0] ?? {}), entriesIn(JSON.parse(row)))
  })
})
