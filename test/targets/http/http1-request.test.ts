import * as assert from 'uvu/assert'
import { Http1Request } from '../../../harness/targets/http/http1-request.ts'
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
const START = 'Host: h:1\r\nUser-Agent: proofload\r\n'
/** An exchange whose variables all have one value. */
const withValue = (value?: string) => ({ variables: () => value, traceNumber: 0 })

function compiled(request: Partial<HttpRequest>, once = false): Http1Request {
  return new Http1Request(factory.fromStep({ method: 'GET', path: '/', ...request }), once)
}

describe('Http1Request', (test) => {
  test('formats what never changes once', () => {
    const request = compiled({ path: '/items' })
    const bytes = request.render(withValue(), '')

    assert.is(`${bytes}`, `GET /items HTTP/1.1\r\n${START}\r\n`)
    assert.ok(Buffer.isBuffer(bytes))
    assert.is(request.render(withValue(), ''), bytes)
  })

  test('puts cookies and variables in for each request', () => {
    const request = compiled({ path: '/{{id}}' })

    assert.is(request.render(withValue('7'), 'a=1'), `GET /7 HTTP/1.1\r\n${START}Cookie: a=1\r\n\r\n`)
    assert.is(request.render(withValue('8'), ''), `GET /8 HTTP/1.1\r\n${START}\r\n`)
    assert.is(compiled({}).render(withValue(), 'a=1'), `GET / HTTP/1.1\r\n${START}Cookie: a=1\r\n\r\n`)
  })

  test('counts the length of a body in bytes', () => {
    const request = compiled({ method: 'POST', body: '{{v}}' })

    assert.is(request.render(withValue('ü€'), ''), `POST / HTTP/1.1\r\n${START}Content-Length: 5\r\n\r\nü€`)
    assert.match(
      `${compiled({ method: 'POST', json: 'ü' }).render(withValue(), '')}`,
      /Content-Length: 4\r\n\r\n"ü"$/,
    )
  })

  test('states an empty body where one is expected, and nowhere else', () => {
    const stated = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH'].filter((method) =>
      /Content-Length: 0\r\n/.test(`${compiled({ method }).render(withValue(), '')}`),
    )

    assert.equal(stated, ['POST', 'PUT', 'PATCH'])
    assert.match(`${compiled({ method: 'DELETE', body: '' }).render(withValue(), '')}`, 'Content-Length: 0')
  })

  test('knows what its connection must know', () => {
    const { isHead, isIdempotent } = compiled({ method: 'HEAD', headers: { cookie: 'x=y' } })
    assert.equal([isHead, isIdempotent], [true, true])

    const post = compiled({ method: 'POST' })
    assert.equal([post.isHead, post.isIdempotent], [false, false])
  })

  test('does not turn into bytes what is sent only once', () => {
    assert.type(compiled({}, true).render(withValue(), ''), 'string')
  })
})

describe('Http1Request, marked', (test) => {
  const aTraceparents = () =>
    new Traceparents({ correlationId: 'cor-1', prefix: '0123456789abcdef0003', issued: 0 })
  const marked = (request: Partial<HttpRequest>, once = false) =>
    new Http1Request(factory.fromStep({ method: 'GET', path: '/', ...request }), once, aTraceparents())
  const traceIn = (content: Buffer | string) =>
    /traceparent: 00-\w+(\w{2})-\w+(\w{2})-01\r\n/.exec(`${content}`)

  test('writes each mark into the same bytes', () => {
    const request = marked({ method: 'POST', body: 'traceparent: body' })
    const first = `${request.render(withValue('7'), '')}`
    const second = request.render(withValue('7'), '')

    assert.is(request.render(withValue('7'), ''), second)
    assert.equal(
      [traceIn(first)?.slice(1), traceIn(second)?.slice(1)],
      [
        ['01', '01'],
        ['03', '03'],
      ],
    )
    assert.match(first, /-01\r\n\r\ntraceparent: body$/)
  })

  test('leaves bytes alone that it was told to leave', () => {
    const request = marked({})
    const left = request.render(withValue('7'), '')
    const before = `${left}`
    request.leaveBytes()
    const next = request.render(withValue('7'), '')

    assert.is(`${left}`, before)
    assert.is(traceIn(next)?.[1], '02')
    assert.is(`${next}`.replace(/00000002/g, '00000001'), before)
  })

  test('marks what is put together for each request: variables, cookies, what is sent once', () => {
    assert.match(`${marked({ path: '/{{id}}' }).render(withValue('7'), '')}`, /^GET \/7 [\s\S]*traceparent: /)
    assert.match(`${marked({}).render(withValue('7'), 'a=1')}`, /Cookie: a=1\r\ntraceparent: /)
    assert.type(marked({}, true).render(withValue('7'), ''), 'string')
  })

  test('is not marked when its author marks it, or nobody asks for it', () => {
    assert.is(marked({ headers: { TraceParent: 'x' } }).isMarked, false)
    assert.is(compiled({}).isMarked, false)
    assert.is(marked({}).isMarked, true)
  })
})
