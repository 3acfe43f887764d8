import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { fillSecrets } from '../../harness/base/fill-secrets.ts'
import { describe } from '../kit/suite.ts'

const isMissing = (error: unknown) => error instanceof HarnessError && error.code === 'SECRET_MISSING'

describe('fillSecrets', (test) => {
  test('fills every text of a value at any depth, and leaves the rest', () => {
    const value = {
      url: 'https://{{secret.HOST}}/{{ secret.KEY }}',
      to: [{ a: '{{secret.KEY}}' }],
      n: 1,
      no: null,
    }

    assert.equal(fillSecrets(value, { HOST: 'h.example', KEY: 'k' }), {
      url: 'https://h.example/k',
      to: [{ a: 'k' }],
      n: 1,
      no: null,
    })
    assert.is(value.url, 'https://{{secret.HOST}}/{{ secret.KEY }}')
  })

  test('takes a value as it is, whatever characters it is made of', () => {
    const text = "$& $1 {{secret.B}} '"

    assert.is(fillSecrets('{{secret.A}}', { A: text, B: 'never' }), text)
  })

  test('leaves variables that are no secrets', () => {
    assert.is(fillSecrets('{{user.name}} {{secret}}', {}), '{{user.name}} {{secret}}')
  })

  test('refuses a name without a value, also one that every object has', () => {
    for (const name of ['KEY', 'constructor'])
      assert.throws(() => fillSecrets([`{{secret.${name}}}`], {}), isMissing)
  })
})
