import * as assert from 'uvu/assert'
import { parseEndpoint, problemOfUrl } from '../../../harness/targets/http/endpoint.ts'
import { describe } from '../../kit/suite.ts'

describe('endpoint', (test) => {
  test('takes a URL apart', () => {
    assert.equal(parseEndpoint('http://127.0.0.1:8080/api/v1/'), {
      host: '127.0.0.1',
      port: 8080,
      place: { host: '127.0.0.1', port: 8080 },
      secure: false,
      origin: 'http://127.0.0.1:8080',
      authority: '127.0.0.1:8080',
      basePath: '/api/v1',
      serverName: undefined,
    })
  })

  test('knows the default ports and who has a server name', () => {
    const { port, secure, serverName, basePath } = parseEndpoint('https://shop.example')
    assert.equal([port, secure, serverName, basePath], [443, true, 'shop.example', ''])
    assert.is(parseEndpoint('http://shop.example/').port, 80)
  })

  test('takes the brackets off an address of IPv6, except for the Host header', () => {
    const { host, authority, serverName } = parseEndpoint('https://[::1]:8443')

    assert.equal([host, authority, serverName], ['::1', '[::1]:8443', undefined])
  })

  test('says what is wrong with a URL', () => {
    assert.match(problemOfUrl('127.0.0.1:80') ?? '', 'http://127.0.0.1:8080')
    assert.match(problemOfUrl('ftp://host/') ?? '', 'http://')
    assert.match(problemOfUrl('http://user:word@host/') ?? '', 'secret')
    assert.match(problemOfUrl('http://host/?a=b') ?? '', 'query')
    assert.is(problemOfUrl('https://host:1/path'), null)
  })
})
