import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { secret } from '../../../harness/scenario/secrets.ts'
import {
  isIdempotent,
  RequestFactory,
  type RequestParts,
  redirected,
} from '../../../harness/targets/http/request.ts'
import { bodyContent } from '../../../harness/targets/http/request-body.ts'
import { httpRequestSchema } from '../../../harness/targets/http/schema.ts'
import { describe } from '../../kit/suite.ts'

const VALUES: Readonly<Record<string, string>> = {
  id: 'a/b ?',
  amount: '12',
  word: '"quoted"\r\nX: y',
  location: '/cart/5?x=ü',
}
const lookup = (name: string) => VALUES[name]

const factory = new RequestFactory({
  basePath: '/api',
  authority: 'shop.example:81',
  origin: 'http://shop.example:81',
  headers: { Authorization: 'Bearer {{word}}', 'X-Own': 'target' },
  followRedirects: 2,
})

/** What would be sent, as text. */
function shown({ method, path, headers, body, followRedirects }: RequestParts) {
  return {
    method,
    path: path.render(lookup),
    headers: Object.fromEntries(headers.entries.map(([name, value]) => [name, value.render(lookup)])),
    body: body === null ? null : `${bodyContent(body, lookup)}`,
    followRedirects,
  }
}

describe('RequestFactory', (test) => {
  test('adds fields to the query of a path, and sends lists of them and numbers', () => {
    const checked = httpRequestSchema.parse({
      path: '/items?sort=up#top',
      query: { page: 2, tag: ['a b', '{{word}}'], isNew: true },
      headers: { 'x-page': 2 },
    })
    const { path, headers } = shown(factory.fromStep(checked))
    assert.is(path, '/api/items?sort=up&page=2&tag=a%20b&tag=%22quoted%22%0D%0AX%3A%20y&isNew=true')
    assert.is(headers['x-page'], '2')
    assert.is(shown(factory.fromCode('GET', '/items', { query: { page: 2 } })).path, '/api/items?page=2')

    const form = httpRequestSchema.parse({
      method: 'POST',
      path: '/',
      form: { amount: 1.5, tag: ['a', 'b'] },
    })
    assert.is(shown(factory.fromStep(form)).body, 'amount=1.5&tag=a&tag=b')
    assert.is(
      shown(factory.fromCode('POST', '/', { form: { n: 1, tag: ['a', 'b'] } })).body,
      'n=1&tag=a&tag=b',
    )
  })

  test('sends typed variables of steps as what they are, and leaves those of code alone', () => {
    const json = { id: '{{= amount}}' }
    const step = httpRequestSchema.parse({ method: 'POST', path: '/', json })
    assert.is(shown(factory.fromStep(step)).body, '{"id":12}')
    assert.is(shown(factory.fromCode('POST', '/', { json })).body, '{"id":"{{= amount}}"}')
  })

  test('fills in what the target says of all requests', () => {
    assert.equal(shown(factory.fromStep({ method: 'GET', path: '/items' })), {
      method: 'GET',
      path: '/api/items',
      headers: {
        Host: 'shop.example:81',
        'User-Agent': 'proofload',
        Authorization: 'Bearer "quoted" X: y',
        'X-Own': 'target',
      },
      body: null,
      followRedirects: 2,
    })
  })

  test('lets the request win, header by header, in any case', () => {
    const headers = { 'x-own': 'step', host: 'other.example', 'user-agent': 'me' }
    const request = shown(factory.fromStep({ method: 'GET', path: '/', headers, followRedirects: 0 }))

    assert.equal(Object.keys(request.headers).length, 4)
    assert.equal(
      [request.headers['x-own'], request.headers['host'], request.followRedirects],
      ['step', 'other.example', 0],
    )
  })

  test('escapes values in their place', () => {
    const path = shown(factory.fromStep({ method: 'GET', path: '/i/{{id}}?q={{word}}' })).path
    assert.is(path, '/api/i/a%2Fb%20%3F?q=%22quoted%22%0D%0AX%3A%20y')

    const json = shown(factory.fromStep({ method: 'POST', path: '/', json: { a: '{{word}}', n: 1 } }))
    assert.equal(JSON.parse(json.body ?? ''), { a: VALUES['word'], n: 1 })
    assert.is(json.headers['Content-Type'], 'application/json')

    const form = shown(factory.fromStep({ method: 'POST', path: '/', form: { 'a b': '{{id}}', c: 'd&e' } }))
    assert.is(form.body, 'a+b=a%2Fb+%3F&c=d%26e')
    assert.is(form.headers['Content-Type'], 'application/x-www-form-urlencoded')

    const body = shown(factory.fromStep({ method: 'POST', path: '/', body: 'raw {{word}}' }))
    assert.is(body.body, `raw ${VALUES['word']}`)
    assert.is(body.headers['Content-Type'], undefined)
  })

  test('takes a path that begins with a variable as a whole', () => {
    assert.is(shown(factory.fromStep({ method: 'GET', path: '{{location}}' })).path, '/cart/5?x=%C3%BC')
    assert.is(
      shown(factory.fromStep({ method: 'GET', path: '{{location}}/{{id}}' })).path,
      '/cart/5?x=%C3%BC/a%2Fb%20%3F',
    )
    assert.is(shown(factory.fromStep({ method: 'GET', path: '{{id}}' })).path, '/a/b%20?')
  })

  test('lets the content type of the author stand', () => {
    const request = factory.fromStep({
      method: 'POST',
      path: '/',
      json: {},
      headers: { 'content-type': 'application/vnd.x+json' },
    })
    const types = request.headers.entries.filter(([name]) => name.toLowerCase() === 'content-type')

    assert.is(types.length, 1)
    assert.is(types[0]?.[1].constant, 'application/vnd.x+json')
  })

  test('means no variables in code', () => {
    const request = shown(
      factory.fromCode('PUT', '/a b/{{id}}', { json: '{{id}}', headers: { 'X-A': '{{id}}\r\nX-B: c' } }),
    )

    assert.is(request.path, '/api/a%20b/{{id}}')
    assert.equal([request.body, request.headers['X-A']], ['"{{id}}"', '{{id}} X-B: c'])
  })

  test('fills in the secrets of code wherever they stand', () => {
    const bearer = `Bearer ${secret('TOKEN')}`
    const { path, headers, body } = factory.fromCode('PUT', `/keys/${secret('TOKEN')}`, {
      json: { token: secret('TOKEN') },
      headers: { Authorization: bearer },
    })
    const variables = (name: string) => (name === 'secret.TOKEN' ? 'a"b' : undefined)

    assert.is(path.render(variables), '/api/keys/a%22b')
    assert.is(bodyContent(body, variables), '{"token":"a\\"b"}')
    assert.match(headers.lines.render(variables), /Authorization: Bearer a"b\r\n/)
  })

  test('refuses a header name of code that HTTP has no place for', () => {
    for (const name of ['x y', '', ':path', 'x\r\ny', 'ü'])
      assert.throws(
        () => factory.fromCode('GET', '/', { headers: { [name]: '1' } }),
        (thrown: Error) => /no header name/.test(thrown.message),
      )
  })

  test('refuses what code would smuggle a request with: framing of its own, and a method of several words', () => {
    for (const name of ['Content-Length', 'transfer-encoding'])
      assert.throws(
        () => factory.fromCode('POST', '/', { headers: { [name]: '1' }, body: 'x' }),
        (thrown: Error) => /is set from the body/.test(thrown.message),
      )
    for (const method of ['GET /other HTTP/1.1\r\nX:', 'GET X', ''])
      assert.throws(
        () => factory.fromCode(method, '/', {}),
        (thrown: Error) => /is no method/.test(thrown.message),
      )
  })

  test('tells code at once that a path begins with a slash', () => {
    assert.throws(
      () => factory.fromCode('GET', 'items', {}),
      (error: unknown) =>
        error instanceof HarnessError &&
        error.code === 'SCENARIO_INVALID' &&
        /'\/items'/.test(error.hint ?? ''),
    )
  })

  test('shares one header list among requests that add none', () => {
    const [one, two] = ['/1', '/2'].map((path) => factory.fromCode('GET', path, {}))

    assert.is(one?.headers, two?.headers)
  })
})

describe('redirected', (test) => {
  const post = factory.fromStep({ method: 'POST', path: '/a', json: {}, headers: { 'X-A': 'b' } })

  test('drops the body and what is said of it', () => {
    const request = shown(redirected(post, { method: 'GET', path: '/b', keepsBody: false }))

    assert.equal([request.method, request.path, request.body], ['GET', '/b', null])
    assert.equal([request.headers['Content-Type'], request.headers['X-A']], [undefined, 'b'])
  })

  test('keeps both when it should', () => {
    const request = shown(redirected(post, { method: 'POST', path: '/b', keepsBody: true }))

    assert.equal([request.body, request.headers['Content-Type']], ['{}', 'application/json'])
  })
})

describe('requests', (test) => {
  test('know which methods may be sent twice', () => {
    assert.equal(
      ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'POST', 'PATCH', 'PURGE'].map(isIdempotent),
      [true, true, true, true, true, true, false, false, false],
    )
  })

  test('know the cookies that the author sends himself, apart from their other headers', () => {
    const { cookie, lines } = factory.fromCode('GET', '/', { headers: { COOKIE: 'a=1' } }).headers

    assert.is(cookie?.constant, 'a=1')
    assert.not.match(lines.render(lookup), /cookie/i)
    assert.is(factory.fromCode('GET', '/', {}).headers.cookie, null)
  })

  test('send bytes as they are, and whatever code does with its own afterwards', () => {
    const bytes = Uint8Array.from([0xff, 0xd8, 0, 1])
    const { body } = factory.fromCode('PUT', '/', { body: bytes })
    bytes.fill(7)

    assert.equal([...Buffer.from(bodyContent(body, lookup) as Buffer)], [0xff, 0xd8, 0, 1])
  })

  test('send no fragment, but a hash sign of a variable', () => {
    const path = (text: string) => factory.fromStep({ method: 'GET', path: text }).path

    assert.is(path('/page?a=1#section-2').constant, '/api/page?a=1')
    assert.is(
      path('/{{a#b}}#c').render(() => '#1'),
      '/api/%231',
    )
  })

  test('fill variables into the names of a form', () => {
    const { body } = factory.fromStep({ method: 'POST', path: '/', form: { 'f_{{n}}': 'x y' } })

    assert.is(
      bodyContent(body, () => '1&2'),
      'f_1%262=x+y',
    )
  })

  test('go to a location of their own origin, absolute or not, and to no other', () => {
    const { path } = factory.fromStep({ method: 'GET', path: '{{where}}' })
    const sentTo = (where: string) => path.render(() => where)

    assert.is(sentTo('http://shop.example:81/orders/77?x=1#top'), '/orders/77?x=1')
    assert.is(sentTo('/orders/7#top'), '/orders/7')
    for (const where of [
      'http://shop.example/a',
      'https://shop.example:81/',
      '//evil.example/',
      'javascript:1',
    ])
      assert.throws(() => sentTo(where), /load goes only to/, where)
  })
})

describe('RequestFactory, correlation id', (test) => {
  const defaults = { basePath: '', authority: 'h:1', origin: 'http://h:1', headers: {}, followRedirects: 0 }
  const sent = (correlationId: string | null, headers: Record<string, string> = {}) =>
    shown(new RequestFactory(defaults, correlationId).fromStep({ method: 'GET', path: '/', headers })).headers

  test('is a header of every request, as it is', () => {
    assert.is(sent('a-{{id}}\r\nX: y')['x-correlation-id'], 'a-{{id}} X: y')
    assert.not.ok('x-correlation-id' in sent(null))
  })

  test('is not sent where the author states his own, however he writes the name', () => {
    const { 'X-Correlation-Id': own, ...others } = sent('a', { 'X-Correlation-Id': 'b' })
    assert.is(own, 'b')
    assert.not.ok('x-correlation-id' in others)
  })
})
