import * as assert from 'uvu/assert'
import { aDashboard, HOST } from '../../kit/dashboard.ts'
import { describe } from '../../kit/suite.ts'

const TOKEN = 'a-token-that-nobody-guesses-0123456789'
const PUBLIC = '10.1.2.3:7171'
const beyond = () => aDashboard({ token: TOKEN, isLocal: false })
const cookieOf = (answer: Response) => (answer.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''

describe('Every answer of a dashboard', (test) => {
  test('keeps what it shows from other sites, frames and caches', async () => {
    const { ask, post } = aDashboard()
    const answers = await Promise.all([
      ask('/'),
      ask('/assets/page.css'),
      ask('/nowhere'),
      ask('/', { method: 'DELETE' }),
      ask('/', { headers: { Host: 'evil.example' } }),
      post('/live/halt', '{'),
    ])

    assert.equal(
      answers.map(({ status }) => status),
      [200, 200, 404, 405, 403, 400],
    )
    for (const { headers } of answers) {
      assert.is(
        headers.get('Content-Security-Policy'),
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      )
      assert.is(headers.get('X-Content-Type-Options'), 'nosniff')
      assert.is(headers.get('X-Frame-Options'), 'DENY')
      assert.is(headers.get('Referrer-Policy'), 'no-referrer')
      assert.is(headers.get('Cache-Control'), 'no-store')
      assert.is(headers.get('Cross-Origin-Resource-Policy'), 'same-origin')
      assert.is(headers.get('Cross-Origin-Opener-Policy'), 'same-origin')
      assert.is(headers.get('Access-Control-Allow-Origin'), null)
    }
  })
})

describe('A dashboard on loopback', (test) => {
  test('answers to the names of loopback, whatever port a tunnel gave it', async () => {
    const { ask } = aDashboard()

    for (const Host of [HOST, 'localhost:9000', '[::1]:7171', '127.0.0.1'])
      assert.is((await ask('/', { headers: { Host } })).status, 200, Host)
  })

  test('answers to no other name: that is how DNS rebinding comes in', async () => {
    const { ask, pressed } = aDashboard()

    for (const Host of [
      'evil.example',
      'localhost.evil.example',
      '10.0.0.1:7171',
      '',
      'a b',
      '127.0.0.1@evil.example',
    ])
      for (const path of ['/', '/live/events', '/assets/page.css'])
        assert.is((await ask(path, { headers: { Host } })).status, 403, Host)
    const halt = { method: 'POST', headers: { Host: 'evil.example' }, body: '{"reason":"x"}' }
    assert.is((await ask('/live/halt', halt)).status, 403)
    assert.equal(pressed.halts, [])
  })

  test('demands the token that it was given all the same', async () => {
    const { ask } = aDashboard({ token: TOKEN })

    assert.is((await ask('/')).status, 401)
    assert.is((await ask('/', { headers: { Authorization: `Bearer ${TOKEN}` } })).status, 200)
  })
})

describe('A dashboard beyond loopback', (test) => {
  test('shows nothing without its token', async () => {
    const { ask, post, pressed } = beyond()

    for (const path of ['/', '/live/events', '/assets/dashboard.js', '/runs', '/nowhere']) {
      const answer = await ask(path, { headers: { Host: PUBLIC } })
      assert.is(answer.status, 401, path)
      assert.is(answer.headers.get('WWW-Authenticate'), 'Bearer')
    }
    assert.is((await post('/live/halt', { reason: 'x' })).status, 401)
    assert.is((await post('/live/stop', null)).status, 401)
    assert.equal([pressed.halts.length, pressed.stops], [0, 0])
  })

  test('takes the token as a bearer', async () => {
    const { ask } = beyond()
    const withToken = (Authorization: string) => ask('/', { headers: { Host: PUBLIC, Authorization } })

    assert.is((await withToken(`Bearer ${TOKEN}`)).status, 200)
    for (const wrong of [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, 'Bearer ', TOKEN, `Basic ${TOKEN}`])
      assert.is((await withToken(wrong)).status, 401, wrong)
  })

  test('takes the token once in the URL, and keeps it in a cookie that no script and no other site can use', async () => {
    const { ask } = beyond()

    const entered = await ask(`/runs?token=${TOKEN}`, { headers: { Host: PUBLIC } })

    assert.is(entered.status, 303)
    assert.is(entered.headers.get('Location'), '/')
    const cookie = entered.headers.get('Set-Cookie') ?? ''
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) assert.match(cookie, attribute)
    const Cookie = cookieOf(entered)
    assert.is((await ask('/', { headers: { Host: PUBLIC, Cookie } })).status, 200)
    assert.is((await ask('/', { headers: { Host: PUBLIC, Cookie: `${Cookie}x` } })).status, 401)
  })

  test('lets nobody in by a wrong token in the URL, and nobody out to another server', async () => {
    const { ask } = beyond()

    assert.is((await ask('/?token=wrong')).status, 401)
    assert.is((await ask('/?token=')).status, 401)
    const entered = await ask(`//evil.example/?token=${TOKEN}`)
    assert.is(entered.headers.get('Location'), '/')
  })

  test('does not take the cookie of another dashboard of the same machine for its own, nor overwrites it', async () => {
    const other = aDashboard({ token: `${TOKEN}-other`, isLocal: false })
    const theirs = cookieOf(await other.ask(`/?token=${TOKEN}-other`))
    const { ask } = beyond()
    const ours = cookieOf(await ask(`/?token=${TOKEN}`))

    assert.is.not(ours.split('=')[0], theirs.split('=')[0])
    assert.is((await ask('/', { headers: { Cookie: theirs } })).status, 401)
    assert.is((await ask('/', { headers: { Cookie: `${theirs}; ${ours}` } })).status, 200)
  })
})

describe('A button of a dashboard', (test) => {
  test('is pressed by its own page, and by what is no browser', async () => {
    const { ask, post, pressed } = aDashboard()

    assert.is((await post('/live/stop', null, { 'Sec-Fetch-Site': 'same-origin' })).status, 204)
    assert.is((await ask('/live/stop', { method: 'POST' })).status, 204)
    assert.is(pressed.stops, 2)
  })

  test('is pressed by its own page behind a proxy that speaks TLS', async () => {
    const { post, pressed } = aDashboard()

    assert.is((await post('/live/stop', null, { Origin: `https://${HOST}` })).status, 204)
    assert.is(pressed.stops, 1)
  })

  test('is not pressed by a page of another origin', async () => {
    const { post, pressed } = aDashboard()
    const foreign = [
      { Origin: 'http://evil.example' },
      { Origin: 'null' },
      { Origin: '' },
      { Origin: 'http://127.0.0.1:9999' },
      { Origin: `http://${HOST}.evil.example` },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
    ]

    for (const headers of foreign)
      for (const path of ['/live/stop', '/live/halt', '/live/start', '/live/search'])
        assert.is((await post(path, { reason: 'x' }, headers)).status, 403, JSON.stringify(headers))
    assert.equal(pressed, { stops: 0, halts: [], starts: [], searches: [] })
  })

  test('is not pressed by looking', async () => {
    const { ask, pressed } = aDashboard()

    for (const path of ['/live/stop', '/live/halt', '/live/start', '/live/search']) {
      const answer = await ask(path)
      assert.is(answer.status, 405)
      assert.is(answer.headers.get('Allow'), 'POST')
    }
    assert.is(pressed.stops, 0)
  })
})

describe('A page of a dashboard', (test) => {
  test('takes no method but those that look', async () => {
    const { ask } = aDashboard()

    for (const path of ['/', '/live/events', '/assets/page.css', '/runs'])
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const answer = await ask(path, { method })
        assert.is(answer.status, 405, `${method} ${path}`)
        assert.is(answer.headers.get('Allow'), 'GET, HEAD')
      }
    assert.is((await ask('/', { method: 'HEAD' })).status, 200)
  })
})
