import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { parsePoolLocation } from '../../harness/base/pool-location.ts'
import { describe } from '../kit/suite.ts'

function codeOf(text: string, hasCredentials = false): string {
  try {
    parsePoolLocation(text, hasCredentials)
    return 'safe'
  } catch (error) {
    return (error as HarnessError).code
  }
}

describe('The location of a pool', (test) => {
  test('names servers and a pool', () => {
    assert.equal(parsePoolLocation('nats://127.0.0.1/main', false), {
      ...{ servers: ['127.0.0.1:4222'], pool: 'main', isTls: false },
      ...{ user: null, password: null, token: null },
    })
    const { servers, user, password, token } = parsePoolLocation('tls://me:s%40y@one:1,two:2/p', false)
    assert.equal([servers, user, password, token], [['one:1', 'two:2'], 'me', 's@y', null])
    assert.is(parsePoolLocation('nats://abc@localhost:1/p', false).token, 'abc')
  })

  test('beyond loopback needs TLS and credentials: workers run what they are sent', () => {
    assert.is(codeOf('nats://broker/main'), 'POOL_NOT_SAFE')
    assert.is(codeOf('nats://broker/main', true), 'POOL_NOT_SAFE')
    assert.is(codeOf('tls://broker/main'), 'POOL_NOT_SAFE')
    assert.is(codeOf('tls://127.0.0.1,broker/main'), 'POOL_NOT_SAFE')
    assert.is(codeOf('tls://broker/main', true), 'safe')
    assert.is(codeOf('tls://me:secret@broker/main'), 'safe')
  })

  test('is refused where it says something else, and never shown: it may hold a password', () => {
    for (const text of [
      '',
      'broker',
      'http://a/b',
      'nats://127.0.0.1',
      'nats:///main',
      'nats://127.0.0.1/a/b',
    ])
      assert.is(codeOf(text), 'USAGE', text)
    try {
      parsePoolLocation('nats://me:secret@127.0.0.1', false)
    } catch (error) {
      assert.not((error as Error).message.includes('secret'))
    }
  })
})
