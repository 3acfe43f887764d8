import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { anExchange } from '../../../harness/contract/driven-exchange.ts'
import { type AnswerHead, Answers } from '../../../harness/targets/http/answers.ts'
import { parseEndpoint } from '../../../harness/targets/http/endpoint.ts'
import { RequestFactory } from '../../../harness/targets/http/request.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const endpoint = parseEndpoint('http://127.0.0.1:8080')
const factory = new RequestFactory({
  basePath: '',
  authority: endpoint.authority,
  origin: endpoint.origin,
  headers: {},
  followRedirects: 2,
})
const request = factory.fromStep({ method: 'POST', path: '/a/{{id}}' })
const variables = { id: '7' }

function answers(settings: { readonly cookies?: boolean } = {}): Answers {
  return new Answers({
    endpoint,
    cookies: true,
    bodyBytesMax: 1000,
    clock: new VirtualClock(),
    jars: [],
    ...settings,
  })
}

function head(fields: Partial<AnswerHead>): AnswerHead {
  return { status: 200, location: '', contentEncoding: '', serverTiming: '', setCookies: [], ...fields }
}

describe('Answers', (test) => {
  test('reports status and component times', () => {
    const exchange = anExchange(null, { variables })
    const next = answers().take(
      exchange,
      request,
      head({ status: 404, serverTiming: 'db;dur=3, app;dur=4' }),
      2,
    )

    assert.equal(
      [next, exchange.status, exchange.components],
      [
        null,
        404,
        [
          ['db', 3],
          ['app', 4],
        ],
      ],
    )
  })

  test('keeps cookies for the agent that was given them, until it leaves', () => {
    const all = answers()
    const [mine, other] = [
      anExchange(null, { variables, agent: 3 }),
      anExchange(null, { variables, agent: 4 }),
    ]
    all.take(mine, request, head({ setCookies: ['a=1; Path=/a', 'b=2; Path=/elsewhere'] }), 0)

    assert.equal([all.cookiesFor(mine, request), all.cookiesFor(other, request)], ['a=1', ''])
    all.forgetCookies(3)
    assert.is(all.cookiesFor(mine, request), '')
  })

  test('keeps none when the target says so', () => {
    const all = answers({ cookies: false })
    const exchange = anExchange(null, { variables })
    all.take(exchange, request, head({ setCookies: ['a=1; Path=/'] }), 0)

    assert.is(all.cookiesFor(exchange, request), '')
  })

  test('leads on from a redirect as long as any are left', () => {
    const exchange = anExchange(null, { variables })
    const moved = head({ status: 302, location: 'next' })

    assert.equal(answers().take(exchange, request, moved, 1), {
      method: 'GET',
      path: '/a/next',
      keepsBody: false,
    })
    const refused = answers().take(exchange, request, moved, 0)
    assert.ok(refused !== null && 'kind' in refused && refused.kind === 'protocol')
    assert.match(refused.text, 'more than 2 redirects')
  })

  test('lets a redirect stand when none are followed, or when it leads nowhere', () => {
    const still = factory.fromStep({ method: 'GET', path: '/', followRedirects: 0 })

    assert.is(answers().take(anExchange(null), still, head({ status: 302, location: '/x' }), 0), null)
    assert.is(answers().take(anExchange(null, { variables }), request, head({ status: 302 }), 2), null)
    assert.is(
      answers().take(anExchange(null, { variables }), request, head({ status: 304, location: '/x' }), 2),
      null,
    )
  })

  test('gives a kept answer its headers in any case, repeated ones joined', () => {
    const exchange = anExchange(null)
    answers().keepHeaders(exchange, 'X-A: 1\r\nx-a:  2 \r\nX-AB: 3\r\n')

    assert.equal(
      [exchange.header?.('X-a'), exchange.header?.('x-ab'), exchange.header?.('x')],
      ['1, 2', '3', undefined],
    )
  })

  test('decodes a kept body, or says why it cannot', () => {
    const decoded = (body: Buffer) => {
      let result = ''
      answers().decode(body, head({ contentEncoding: 'gzip' }), (said) => {
        result = 'kind' in said ? said.kind : said.toString()
      })
      return result
    }

    assert.is(decoded(gzipSync('plain')), 'plain')
    assert.is(decoded(Buffer.from('x')), 'protocol')
    assert.is(decoded(gzipSync(Buffer.alloc(2000))), 'too-large')
  })
})
