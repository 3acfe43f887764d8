import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { Template } from '../../harness/base/template.ts'
import { liftDeclaredSecrets } from '../../harness/scenario/secret-sources.ts'
import { secret } from '../../harness/scenario/secrets.ts'
import { aDocument, planOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const DB = { from: 'vault', path: 'secret/data/db', field: 'password', refresh: '10m' } as const

const targetWith = (password: string) => ({
  target: { plugin: 'http', config: { url: 'http://127.0.0.1:1', headers: { authorization: password } } },
})

const problemsOf = (resolve: () => unknown): string[] => {
  try {
    resolve()
  } catch (error) {
    return (error as HarnessError).problems.map(({ message }) => message)
  }
  return []
}

describe('secrets of Vault', (test) => {
  test('are declared where they are used, and leave only their name in the text', () => {
    const plan = planOf(aDocument(targetWith(`Bearer ${secret('DB', DB)}`)))

    assert.equal(plan.targets['main']?.config['headers'], { authorization: 'Bearer {{secret.DB}}' })
    assert.equal(plan.secrets, ['DB'])
    assert.equal(plan.secretSources, {
      DB: { from: 'vault', path: 'secret/data/db', field: 'password', refreshMs: 600_000 },
    })
  })

  test('are declared under secrets in YAML, beside those of the environment', () => {
    const { refresh: _, ...once } = DB
    const plan = planOf(
      aDocument({ ...targetWith('{{secret.DB}}'), secrets: ['KEY', { name: 'DB', ...once }] }),
    )

    assert.equal(plan.secrets, ['DB', 'KEY'])
    assert.is(plan.secretSources?.['DB']?.refreshMs, null)
  })

  test('may be declared as often as they are used, but not differently', () => {
    const twice = (second: Parameters<typeof secret>[1]) =>
      planOf(aDocument({ ...targetWith(`${secret('DB', DB)}${secret('DB', second)}`) }))

    assert.equal(Object.keys(twice(DB).secretSources ?? {}), ['DB'])
    assert.ok(
      problemsOf(() => twice({ ...DB, field: 'user' })).includes(
        'the secret DB is declared twice, and not alike',
      ),
    )
  })

  test('refuse a path that leads elsewhere, and a refresh without a pause', () => {
    const declared = (more: object) => planOf(aDocument({ secrets: [{ name: 'DB', ...DB, ...more }] }))
    for (const path of [
      'db',
      '/v1/secret/db',
      'v1/secret/db',
      'secret/../sys/seal',
      'secret/db?list=true',
      '',
    ])
      assert.throws(() => declared({ path }), `${path} was taken`)
    const soon = problemsOf(() => declared({ refresh: '10ms' }))
    assert.equal(soon, ['the secret DB is to be read again every 10ms'])
    assert.throws(() => declared({ from: 'elsewhere' }))
  })

  test('leave a document without them as it is', () => {
    const document = aDocument({ secrets: ['KEY'] })
    assert.is(liftDeclaredSecrets(document), document)
    assert.not.ok('secretSources' in planOf(document))
  })

  test('are found in texts of code, whatever is declared there', () => {
    const template = Template.ofCode(`Bearer ${secret('DB', DB)}`)
    assert.is(
      template.render((name) => (name === 'secret.DB' ? 'hunter2' : undefined)),
      'Bearer hunter2',
    )
  })
})
