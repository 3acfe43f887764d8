import * as assert from 'uvu/assert'
import { failureOf, type Stage } from '../../harness/targets/failure.ts'
import { describe } from '../kit/suite.ts'

function kindOf(code: string, stage: Stage, extra: object = {}): string {
  return failureOf(Object.assign(new Error(`it broke: ${code}`), { code }, extra), stage).kind
}

describe('failureOf', (test) => {
  test('tells the ways of not connecting apart', () => {
    assert.is(kindOf('ECONNREFUSED', 'connecting'), 'refused')
    assert.is(kindOf('ETIMEDOUT', 'connecting'), 'timeout-connect')
    assert.is(kindOf('ECONNRESET', 'connecting'), 'reset')
    for (const code of ['EHOSTUNREACH', 'ENETUNREACH', 'EACCES'])
      assert.is(kindOf(code, 'connecting'), 'connect')
  })

  test('knows when the machine of the generator has nothing left to connect with', () => {
    assert.is(kindOf('EMFILE', 'connecting'), 'no-descriptor')
    assert.is(kindOf('ENFILE', 'connecting'), 'no-descriptor')
    assert.is(kindOf('EADDRNOTAVAIL', 'connecting'), 'no-port')
  })

  test('knows a name that does not resolve, whatever the resolver says', () => {
    for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA'])
      assert.is(kindOf(code, 'connecting', { syscall: 'getaddrinfo' }), 'dns')
  })

  test('tells a failure of TLS by its reason, which is the same in every thread and version', () => {
    const message =
      '804C69448C7F0000:error:0A00042E:SSL routines:read:alert version:rec_layer_s3.c:1599:SSL alert number 70'
    const thrown = Object.assign(new Error(message), { code: 'ERR_SSL_ALERT', reason: 'alert version' })

    assert.equal(failureOf(thrown, 'tls-handshake'), { kind: 'tls', text: 'ERR_SSL_ALERT: alert version' })
  })

  test('blames TLS for what fails in the handshake, except for a lost connection', () => {
    for (const code of [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'EPROTO',
      'CERT_HAS_EXPIRED',
    ])
      assert.is(kindOf(code, 'tls-handshake'), 'tls')
    assert.is(kindOf('ECONNRESET', 'tls-handshake'), 'reset')
  })

  test('calls an open connection that breaks off reset, unless its encryption broke', () => {
    for (const code of ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ESOMETHING'])
      assert.is(kindOf(code, 'open'), 'reset')
    assert.is(kindOf('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'open'), 'tls')
  })

  test('says what happened, with the code, at every address that was tried', () => {
    const one = Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    assert.is(failureOf(one, 'connecting').text, 'EMFILE: too many open files')

    const both = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
    ])
    assert.equal(failureOf(Object.assign(both, { code: 'ECONNREFUSED' }), 'connecting'), {
      kind: 'refused',
      text: 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
    })
  })
})
