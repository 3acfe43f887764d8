import * as assert from 'uvu/assert'
import { Http2Request } from '../../../harness/targets/http/http2-request.ts'
import { RequestFactory } from '../../../harness/targets/http/request.ts'
import type { HttpRequest } from '../../../harness/targets/http/schema.ts'
import { Traceparents } from '../../../harness/targets/http/traceparent.ts'
import { describe } from '../../kit/suite.ts'

const factory = new RequestFactory({
  basePath: '',
  authority: 'h:1',
  origin: 'http://h:1',
  headers: {},
  followRedirects: 0,
})
const START = { ':method': 'GET', ':path': '/', ':authority': 'h:1', 'user-agent': 'proofload' }
const nothing = { variables: () => undefined, traceNumber: 0 }

function compiled(request: Partial<HttpRequest> = {}, traceparents: Traceparents | null = null) {
  return new Http2Request(factory.fromStep({ method: 'GET', path: '/', ...request }), traceparents)
}

describe('Http2Request', (test) => {
  test('puts what never changes together once', () => {
    const request = compiled()
    const rendered = request.render(nothing, '')

    assert.equal(rendered, { headers: START, body: null })
    assert.is(request.render(nothing, ''), rendered)
  })

  test('puts cookies and variables in for each request, and leaves them in none', () => {
    const constant = compiled()
    const varying = compiled({ path: '/{{id}}', headers: { 'X-A': '{{id}}' } })
    const exchange = { variables: () => '7', traceNumber: 0 }

    assert.equal(constant.render(nothing, 'a=1').headers, { ...START, cookie: 'a=1' })
    assert.equal(constant.render(nothing, '').headers, START)
    assert.equal(varying.render(exchange, '').headers, { ...START, ':path': '/7', 'x-a': '7' })
  })

  test('states the length of a body in bytes, and of none where one is expected', () => {
    const posted = compiled({ method: 'POST', body: 'ü€' }).render(nothing, '')
    const stated = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH'].filter(
      (method) => compiled({ method }).render(nothing, '').headers['content-length'] === 0,
    )

    assert.equal([posted.body, posted.headers['content-length']], ['ü€', 5])
    assert.equal(stated, ['POST', 'PUT', 'PATCH'])
  })

  test('leaves out what belongs to a connection of HTTP/1.1, and names the host its own way', () => {
    const headers = {
      Connection: 'close',
      'Keep-Alive': '5',
      'Transfer-Encoding': 'chunked',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'x',
      'Proxy-Connection': 'close',
      TE: 'gzip',
      Host: 'other',
    }

    assert.equal(compiled({ headers }).render(nothing, '').headers, { ...START, ':authority': 'other' })
  })

  test('marks each attempt, but not one that the author marks', () => {
    const traceparents = new Traceparents({ correlationId: 'c', prefix: '0'.repeat(20), issued: 0 })
    const exchange = { variables: () => undefined, traceNumber: 0 }
    const marked = compiled({}, traceparents)
    const first = marked.render(exchange, '').headers['traceparent']
    const second = marked.render(exchange, '').headers['traceparent']

    assert.is.not(first, second)
    assert.is(`${first}`.slice(0, 35), `${second}`.slice(0, 35))
    assert.is(
      compiled({ headers: { traceparent: 'own' } }, traceparents).render(exchange, '').headers['traceparent'],
      'own',
    )
  })

  test('throws for a variable that is not set', () => {
    assert.throws(() => compiled({ path: '/{{id}}' }).render(nothing, ''), /'id'/)
  })
})
