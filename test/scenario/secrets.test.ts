import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { resolveSecrets, secret, secretNamesIn } from '../../harness/scenario/secrets.ts'
import { aDocument, planOf, withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const isMissing = (error: unknown) => error instanceof HarnessError && error.code === 'SECRET_MISSING'

describe('secret', (test) => {
  test('stands for the value in any text, and is found again', () => {
    const document = { headers: { authorization: `Bearer ${secret('API_TOKEN')}` }, url: secret('URL') }

    assert.equal(secretNamesIn(document, []), ['API_TOKEN', 'URL'])
  })

  test('finds a secret of YAML that is written out, and those declared for code, each once', () => {
    assert.equal(secretNamesIn({ a: '{{ secret.B }}' }, ['B', 'A']), ['A', 'B'])
  })

  test('refuses a name that could not be found again', () => {
    assert.throws(() => secret('API TOKEN'), /not the name of a secret/)
    assert.throws(() => secret(''))
  })

  test('leaves only its name in a plan', () => {
    const config = { url: 'http://127.0.0.1:1', headers: { authorization: secret('TOKEN') } }
    const plan = planOf(aDocument({ target: { plugin: 'http', config }, secrets: ['OTHER'] }))

    assert.equal(plan.secrets, ['OTHER', 'TOKEN'])
    assert.equal(plan.targets['main']?.config['headers'], { authorization: '{{secret.TOKEN}}' })
  })
})

describe('resolveSecrets', (test) => {
  test('takes values from the environment, or from the file it names', () =>
    withFiles({ token: 'from a file\n' }, async (folder) => {
      const env = { KEY: 'from env', TOKEN_FILE: join(folder, 'token') }

      assert.equal(resolveSecrets(['KEY', 'TOKEN'], env), { KEY: 'from env', TOKEN: 'from a file' })
    }))

  test('prefers the environment to the file', () => {
    assert.equal(resolveSecrets(['KEY'], { KEY: 'x', KEY_FILE: '/nonexistent' }), { KEY: 'x' })
  })

  test('refuses a secret that is not set, is empty, or cannot be read', () => {
    for (const env of [{}, { KEY: '' }, { KEY_FILE: '/nonexistent' }])
      assert.throws(() => resolveSecrets(['KEY'], env), isMissing)
  })
})
