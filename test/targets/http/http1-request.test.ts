import * as assert from 'uvu/assert'
import { Http1Request } from '../../../harness/targets/http/http1-request.ts'
import { RequestFactory } from '../../../harness/targets/http/request.ts'
import type { HttpRequest } from '../../../harness/targets/http/schema.ts'
import { describe } from '../../kit/suite.ts'

const factory = new RequestFactory({ basePath: '', authority: 'h:1', headers: {}, followRedirects: 0 })
const START = 'Host: h:1\r\nUser-Agent: proofload\r\n'
const noVariables = () => undefined

function compiled(request: Partial<HttpRequest>, once = false): Http1Request {
  return new Http1Request(factory.fromStep({ method: 'GET', path: '/', ...request }), once)
}

describe('Http1Request', (test) => {
  test('formats what never changes once', () => {
    const request = compiled({ path: '/items' })
    const bytes = request.render(noVariables, '')

    assert.is(`${bytes}`, `GET /items HTTP/1.1\r\n${START}\r\n`)
    assert.ok(Buffer.isBuffer(bytes))
    assert.is(request.render(noVariables, ''), bytes)
  })

  test('puts cookies and variables in for each request', () => {
    const request = compiled({ path: '/{{id}}' })

    assert.is(
      request.render(() => '7', 'a=1'),
      `GET /7 HTTP/1.1\r\n${START}Cookie: a=1\r\n\r\n`,
    )
    assert.is(
      request.render(() => '8', ''),
      `GET /8 HTTP/1.1\r\n${START}\r\n`,
    )
    assert.is(compiled({}).render(noVariables, 'a=1'), `GET / HTTP/1.1\r\n${START}Cookie: a=1\r\n\r\n`)
  })

  test('counts the length of a body in bytes', () => {
    const request = compiled({ method: 'POST', body: '{{v}}' })

    assert.is(
      request.render(() => 'ü€', ''),
      `POST / HTTP/1.1\r\n${START}Content-Length: 5\r\n\r\nü€`,
    )
    assert.match(
      `${compiled({ method: 'POST', json: 'ü' }).render(noVariables, '')}`,
      /Content-Length: 4\r\n\r\n"ü"$/,
    )
  })

  test('states an empty body where one is expected, and nowhere else', () => {
    const stated = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH'].filter((method) =>
      /Content-Length: 0\r\n/.test(`${compiled({ method }).render(noVariables, '')}`),
    )

    assert.equal(stated, ['POST', 'PUT', 'PATCH'])
    assert.match(`${compiled({ method: 'DELETE', body: '' }).render(noVariables, '')}`, 'Content-Length: 0')
  })

  test('knows what its connection must know', () => {
    const { isHead, isIdempotent, takesCookies } = compiled({ method: 'HEAD', headers: { cookie: 'x=y' } })
    assert.equal([isHead, isIdempotent, takesCookies], [true, true, false])

    const post = compiled({ method: 'POST' })
    assert.equal([post.isHead, post.isIdempotent, post.takesCookies], [false, false, true])
  })

  test('does not turn into bytes what is sent only once', () => {
    assert.type(compiled({}, true).render(noVariables, ''), 'string')
  })
})
