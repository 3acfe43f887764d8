import * as assert from 'uvu/assert'
import { parseListenAddress, urlOf } from '../../../harness/web/server/address.ts'
import { describe } from '../../kit/suite.ts'

describe('An address to listen on', (test) => {
  test('is a port on loopback, or names a host', () => {
    assert.equal(parseListenAddress('7171'), { host: '127.0.0.1', port: 7171 })
    assert.equal(parseListenAddress('0.0.0.0:0'), { host: '0.0.0.0', port: 0 })
    assert.equal(parseListenAddress('ci.example:8080'), { host: 'ci.example', port: 8080 })
    assert.equal(parseListenAddress('[::1]:7171'), { host: '::1', port: 7171 })
  })

  test('is nothing else', () => {
    for (const text of ['', 'scenarios/smoke.ts', '70000', ':7171', 'localhost', '::1:7171', '1 2', 'a:b'])
      assert.throws(() => parseListenAddress(text), /not an address to listen on/, text)
  })

  test('is written as a URL writes it', () => {
    assert.is(urlOf({ host: '127.0.0.1', port: 7171 }), 'http://127.0.0.1:7171')
    assert.is(urlOf({ host: '::1', port: 7171 }), 'http://[::1]:7171')
  })
})
