import * as assert from 'uvu/assert'
import { renewSecret } from '../../harness/base/renewed-secrets.ts'
import { describe } from '../kit/suite.ts'

describe('renewSecret', (test) => {
  test('puts the new value in place, and keeps each one before under a name that nothing asks for', () => {
    const secrets: Record<string, string> = { TOKEN: 'one', KEY: 'a key' }
    for (const value of ['two', 'two', 'three']) renewSecret(secrets, 'TOKEN', value)

    const { TOKEN, KEY, ...before } = secrets
    assert.equal([TOKEN, KEY], ['three', 'a key'])
    assert.equal(Object.values(before), ['one', 'two'])
    for (const name of Object.keys(before)) assert.not.match(name, /^[\w.-]+$/)
  })

  test('takes a secret that there was not', () => {
    const secrets: Record<string, string> = {}
    renewSecret(secrets, 'TOKEN', 'one')
    assert.equal(secrets, { TOKEN: 'one' })
  })
})
