import * as assert from 'uvu/assert'
import { imported } from '../../kit/imports.ts'
import { describe } from '../../kit/suite.ts'

interface Answered {
  readonly status?: number
  readonly type?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Sent {
  readonly atMs: number
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly post?: { readonly mimeType: string; readonly text: string }
  readonly answer?: Answered
}

const pairs = (headers: Readonly<Record<string, string>> = {}) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }))

/** A recording; each request takes 100 ms. */
function har(...sent: readonly Sent[]): string {
  const entries = sent.map(({ atMs, url, method = 'GET', headers, post, answer = {} }) => ({
    startedDateTime: new Date(1_700_000_000_000 + atMs).toISOString(),
    time: 100,
    request: { method, url, headers: pairs(headers), ...(post === undefined ? {} : { postData: post }) },
    response: {
      status: answer.status ?? 200,
      headers: pairs(answer.headers),
      content: { mimeType: answer.type ?? 'application/json', text: answer.body ?? '' },
    },
  }))
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries } })
}

const SHOP = 'https://shop.example'
const pathsOf = (
  steps: readonly { readonly think?: string; readonly request: { readonly path: string } }[],
) => steps.map(({ think, request }) => think ?? request.path)

describe('The import of a HAR', (test) => {
  test('takes a value that an answer holds and a later request sends out of the answer', () => {
    const { steps } = imported(
      har(
        { atMs: 0, url: `${SHOP}/carts`, method: 'POST', answer: { body: '{"cart":{"id":"c-48213"}}' } },
        { atMs: 200, url: `${SHOP}/carts/c-48213/lines?cart=c-48213` },
        {
          atMs: 400,
          url: `${SHOP}/pay`,
          method: 'POST',
          post: { mimeType: 'application/json', text: '{"cart":"c-48213","amount":12}' },
        },
      ),
    )

    assert.equal(steps[0]?.extract, { cartId: 'json:cart.id' })
    assert.is(steps[1]?.request.path, '/carts/{{cartId}}/lines?cart={{cartId}}')
    assert.equal(steps[2]?.request['json'], { cart: '{{cartId}}', amount: 12 })
  })

  test('finds tokens in pages and headers', () => {
    const { steps } = imported(
      har(
        {
          atMs: 0,
          url: `${SHOP}/login`,
          answer: {
            type: 'text/html',
            body: '<form><input type="hidden" name="csrf" value="x9f8a7c6"/></form>',
            headers: { 'X-Request-Token': 'tok-1234567' },
          },
        },
        {
          atMs: 200,
          url: `${SHOP}/login`,
          method: 'POST',
          headers: { 'x-request-token': 'tok-1234567' },
          post: { mimeType: 'application/x-www-form-urlencoded', text: 'user=ann&csrf=x9f8a7c6' },
        },
      ),
    )

    const [regex = ''] = Object.values(steps[0]?.extract ?? {}).filter((source) =>
      source.startsWith('regex:'),
    )
    assert.is(
      new RegExp(regex.slice('regex:'.length)).exec('<input type="hidden" name="csrf" value="other">')?.[1],
      'other',
    )
    assert.equal(steps[1]?.request['form'], { user: 'ann', csrf: '{{csrf}}' })
    assert.equal(steps[1]?.request['headers'], { 'x-request-token': '{{requestToken}}' })
  })

  test('leaves alone what the client sent first, and links of a page', () => {
    const { steps } = imported(
      har(
        { atMs: 0, url: `${SHOP}/search?q=shoes-2026`, answer: { body: '{"query":"shoes-2026"}' } },
        {
          atMs: 200,
          url: `${SHOP}/search?q=shoes-2026&page=2`,
          answer: { type: 'text/html', body: '<a   href="/deals-2026">all</a>' },
        },
        { atMs: 400, url: `${SHOP}/deals-2026` },
      ),
    )

    assert.equal(pathsOf(steps), ['/search?q=shoes-2026', '/search?q=shoes-2026&page=2', '/deals-2026'])
  })

  test('leaves out static files, third parties, and what a browser does by itself', () => {
    const { steps, report } = imported(
      har(
        { atMs: 0, url: `${SHOP}/`, answer: { type: 'text/html' } },
        { atMs: 10, url: `${SHOP}/app.js` },
        { atMs: 20, url: `${SHOP}/logo`, answer: { type: 'image/png' } },
        { atMs: 30, url: 'https://tracker.test/hit' },
        { atMs: 40, url: 'wss://shop.example/live' },
        {
          atMs: 50,
          url: `${SHOP}/api`,
          method: 'OPTIONS',
          headers: { 'Access-Control-Request-Method': 'POST' },
        },
        {
          atMs: 60,
          url: 'https://api.shop.example/items',
          headers: { 'User-Agent': 'x', Cookie: 'a=1', 'X-Shop': '1' },
        },
      ),
    )

    assert.equal(pathsOf(steps), ['/', '/items'])
    assert.is(steps[1]?.target, 'api-shop-example')
    assert.equal(steps[1]?.request['headers'], { 'x-shop': '1' })
    assert.match(report.losses.join('\n'), 'static files: scripts, images')
    assert.match(report.losses.join('\n'), 'requests to third parties: https://tracker.test')
    assert.match(report.losses.join('\n'), 'WebSockets')
  })

  test('makes pauses of the gaps between requests', () => {
    const { steps } = imported(
      har({ atMs: 0, url: `${SHOP}/a` }, { atMs: 4100, url: `${SHOP}/b` }, { atMs: 4300, url: `${SHOP}/c` }),
    )
    assert.equal(pathsOf(steps), ['/a', '3s..5s', '/b', '/c'])
  })

  test('joins redirects to the request that was answered with one', () => {
    const { steps, written } = imported(
      har(
        {
          atMs: 0,
          url: `${SHOP}/login`,
          method: 'POST',
          answer: { status: 302, headers: { Location: '/home' } },
        },
        { atMs: 100, url: `${SHOP}/home` },
        { atMs: 200, url: `${SHOP}/gone`, answer: { status: 404 } },
      ),
    )

    assert.equal(pathsOf(steps), ['/login', '/gone'])
    assert.is(steps[0]?.request['followRedirects'], 1)
    assert.equal(steps[1]?.expect, { status: 404 })
    assert.equal(written.objectives, ['error_ratio < 1%'])
  })

  test('writes no secret: they are names of the environment', () => {
    const secrets = [
      'Zx9-bearer-value',
      'hunter22',
      'key-in-query-77',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    ]
    const [bearer, password, key, jwt] = secrets
    const { yaml, typescript, report } = imported(
      har(
        { atMs: 0, url: `${SHOP}/a?api_key=${key}`, headers: { Authorization: `Bearer ${bearer}` } },
        {
          atMs: 100,
          url: `${SHOP}/b`,
          method: 'POST',
          post: {
            mimeType: 'application/json',
            text: JSON.stringify({ password, note: `uses ${jwt}`, again: bearer }),
          },
        },
      ),
    )

    for (const secret of secrets)
      for (const text of [yaml, typescript]) assert.not.match(text, secret as string, text)
    assert.equal(report.secrets.map(([name]) => name).sort(), ['API_KEY', 'API_TOKEN', 'PASSWORD', 'TOKEN'])
    assert.match(typescript, "secret('API_TOKEN')")
  })

  test('keeps braces that mean nothing, and numbers as they were sent', () => {
    const { steps, written } = imported(
      har(
        {
          atMs: 0,
          url: `${SHOP}/a`,
          method: 'POST',
          post: { mimeType: 'application/json', text: '{"t":"{{x}}","n":1.5}' },
        },
        {
          atMs: 1,
          url: `${SHOP}/b`,
          method: 'POST',
          post: { mimeType: 'application/json', text: '{"n": 12345678901234567890}' },
        },
      ),
    )

    assert.equal(steps[0]?.request['json'], { t: '\\{{x}}', n: 1.5 })
    assert.is(steps[1]?.request['body'], '{"n": 12345678901234567890}')
    assert.is(written.name, 'shop-example')
  })
})
