import { Hono } from 'hono'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { DashboardControls } from '../../../harness/web/server/server.ts'
import { aDashboard } from '../../kit/dashboard.ts'
import { describe } from '../../kit/suite.ts'

const controls = (changes: Partial<DashboardControls>): DashboardControls => ({
  stop: () => false,
  halt: async () => undefined,
  starter: null,
  ...changes,
})
const errorOf = async (answer: Response) => ((await answer.json()) as { error: string }).error

describe('The live page', (test) => {
  test('holds no style and no script of its own', async () => {
    const { ask } = aDashboard()

    const page = await (await ask('/')).text()

    assert.not.match(page, /style=|<style|<script>|onclick=|javascript:|https?:\/\//)
    assert.match(page, '<script defer src="/assets/dashboard.js">')
  })

  test('offers the scenarios that may be started, as text', async () => {
    const { ask } = aDashboard()

    const page = await (await ask('/')).text()

    assert.match(page, '<option>checkout.ts</option>')
    assert.match(page, '<option>&lt;script&gt;alert(1)&lt;/script&gt;.yaml</option>')
  })

  test('says where scenarios come from when there are none', async () => {
    const unknown = async () => 'unknown' as const
    const starter = { scenarios: async () => [], start: unknown, search: unknown }
    const { ask } = aDashboard({ controls: controls({ starter }) })

    assert.match(await (await ask('/')).text(), 'proofload serve --scenarios')
  })

  test('of a single run starts nothing, and leads nowhere else', async () => {
    const { ask, post } = aDashboard({ controls: controls({}) })

    const page = await (await ask('/')).text()

    assert.not.match(page, 'start-form')
    assert.not.match(page, 'href="/runs"')
    assert.is((await post('/live/start', { scenario: 'checkout.ts', seed: null })).status, 404)
    const search = { scenario: 'checkout.ts', by: 'rate', from: null, max: null }
    assert.is((await post('/live/search', search)).status, 404)
  })

  test('leads to stored runs where there are some', async () => {
    const history = new Hono().get('/runs', (context) => context.text('the runs'))
    const { ask } = aDashboard({ history })

    assert.match(await (await ask('/')).text(), 'href="/runs"')
    assert.is(await (await ask('/runs')).text(), 'the runs')
    assert.is((await ask('/runs')).headers.get('X-Content-Type-Options'), 'nosniff')
  })
})

describe('The assets of a dashboard', (test) => {
  test('come from memory, as what they are', async () => {
    const { ask } = aDashboard()
    const files = [
      ['/assets/report.js', 'text/javascript; charset=utf-8', 'report()'],
      ['/assets/dashboard.js', 'text/javascript; charset=utf-8', 'dashboard()'],
      ['/assets/page.css', 'text/css; charset=utf-8', 'body{}'],
    ] as const

    for (const [path, type, text] of files) {
      const answer = await ask(path)
      assert.equal([answer.headers.get('Content-Type'), await answer.text()], [type, text])
    }
  })

  test('are no way into the file system', async () => {
    const { ask } = aDashboard()

    for (const path of ['/assets/../package.json', '/assets/%2e%2e/package.json', '/assets/', '/assets/x.js'])
      assert.is((await ask(path)).status, 404, path)
  })
})

describe('Aborting', (test) => {
  test('presses the stop button of the run, as often as it is asked', async () => {
    const { post, pressed } = aDashboard()

    assert.is((await post('/live/stop', null)).status, 204)
    assert.is((await post('/live/stop', null)).status, 204)
    assert.is(pressed.stops, 2)
  })

  test('is refused when there is no run', async () => {
    const { post } = aDashboard({ controls: controls({ stop: () => false }) })

    const answer = await post('/live/stop', null)

    assert.equal([answer.status, await errorOf(answer)], [409, 'no run to abort'])
  })
})

describe('Halting', (test) => {
  test('takes a reason, without what stands around it', async () => {
    const { post, pressed } = aDashboard()

    assert.is((await post('/live/halt', { reason: '  the database is failing over ' })).status, 204)
    assert.equal(pressed.halts, ['the database is failing over'])
  })

  test('takes no reason that is empty, long, several lines, or steers a terminal', async () => {
    const { post, pressed } = aDashboard()
    const wrong = ['', '   ', 'x'.repeat(501), 'a\nb', 'a\u001b[2Jb', 'a\u202eb', 7, null, ['x']]

    for (const reason of wrong)
      assert.is((await post('/live/halt', { reason })).status, 400, JSON.stringify(reason))
    assert.equal(pressed.halts, [])
  })

  test('takes nothing but JSON of the right shape', async () => {
    const { post, pressed } = aDashboard()

    for (const body of [
      '',
      '{',
      '[]',
      '"halt"',
      'null',
      '{"reason":"x","force":true}',
      '{"__proto__":{"reason":"x"}}',
    ])
      assert.is((await post('/live/halt', body)).status, 400, body)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])
      assert.is((await post('/live/halt', { reason: 'x' }, { 'Content-Type': type })).status, 400, type)
    assert.equal(pressed.halts, [])
  })

  test('takes no body that nobody would write, whether it says its length or not', async () => {
    const { ask, post, pressed } = aDashboard()
    const long = JSON.stringify({ reason: 'x'.repeat(20_000) })
    const chunked = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: new Blob([long]).stream(),
      duplex: 'half',
    }

    assert.is((await post('/live/halt', long, { 'Content-Length': `${long.length}` })).status, 413)
    assert.is((await ask('/live/halt', chunked as RequestInit)).status, 413)
    assert.equal(pressed.halts, [])
  })

  test('says why it could not be done', async () => {
    const halt = () =>
      Promise.reject(new HarnessError('STATE_UNREACHABLE', 'the state is locked', { hint: 'Try again.' }))
    const { post } = aDashboard({ controls: controls({ halt }) })

    const answer = await post('/live/halt', { reason: 'x' })

    assert.equal([answer.status, await errorOf(answer)], [500, 'the state is locked. Try again.'])
  })

  test('tells nobody outside what broke inside', async () => {
    const halt = () => Promise.reject(new Error('ENOENT /home/somebody/secret'))
    const { post } = aDashboard({ controls: controls({ halt }) })

    const answer = await post('/live/halt', { reason: 'x' })

    assert.equal([answer.status, await errorOf(answer)], [500, 'Something went wrong here.'])
  })
})

describe('Starting', (test) => {
  test('begins a run of a listed scenario, one at a time', async () => {
    const { post, pressed } = aDashboard()

    assert.is((await post('/live/start', { scenario: 'checkout.ts', seed: 7 })).status, 202)
    assert.equal(pressed.starts, [{ scenario: 'checkout.ts', seed: 7 }])
    assert.is((await post('/live/start', { scenario: 'checkout.ts', seed: null })).status, 409)
  })

  test('begins nothing that is not listed', async () => {
    const { post, pressed } = aDashboard()

    for (const scenario of [
      '../checkout.ts',
      '/etc/passwd',
      'http://10.0.0.1/',
      'checkout.ts/',
      'CHECKOUT.TS',
    ])
      assert.is((await post('/live/start', { scenario, seed: null })).status, 404, scenario)
    assert.equal(pressed.starts, [])
  })

  test('begins a search for a capacity of a listed scenario, one at a time', async () => {
    const { post, pressed } = aDashboard()
    const wanted = { scenario: 'checkout.ts', by: 'rate', from: 50, max: null }

    assert.is((await post('/live/search', wanted)).status, 202)
    assert.equal(pressed.searches, [wanted])
    assert.is((await post('/live/search', wanted)).status, 409)
    assert.is((await post('/live/search', { ...wanted, scenario: '../checkout.ts' })).status, 404)
    for (const changes of [
      { by: 'hosts' },
      { from: 0 },
      { max: '9' },
      { allowsOverload: true },
      { scenario: '' },
    ])
      assert.is((await post('/live/search', { ...wanted, ...changes })).status, 400, JSON.stringify(changes))
    assert.is(pressed.searches.length, 2)
  })

  test('takes a scenario and a seed, and nothing that would change where load goes', async () => {
    const { post, pressed } = aDashboard()
    const wrong = [
      {},
      { scenario: 'checkout.ts' },
      { scenario: '', seed: null },
      { scenario: 'checkout.ts', seed: -1 },
      { scenario: 'checkout.ts', seed: 1.5 },
      { scenario: 'checkout.ts', seed: '7' },
      { scenario: 'checkout.ts', seed: 2 ** 32 },
      { scenario: 'checkout.ts', seed: null, target: 'http://10.0.0.1' },
      { scenario: 'checkout.ts', seed: null, armRollback: true },
    ]

    for (const body of wrong) assert.is((await post('/live/start', body)).status, 400, JSON.stringify(body))
    assert.equal(pressed.starts, [])
  })
})

describe('What a dashboard does not have', (test) => {
  test('is answered with a page that leads back', async () => {
    const { ask } = aDashboard()

    const answer = await ask('/<script>alert(1)</script>')

    assert.is(answer.status, 404)
    const page = await answer.text()
    assert.match(page, '<a href="/">')
    assert.not.match(page, 'alert(1)')
  })

  test('is no stream: asking for the head of one opens none', async () => {
    const { ask, viewers } = aDashboard()

    assert.is((await ask('/live/events', { method: 'HEAD' })).status, 200)
    assert.is(viewers.count, 0)
  })
})
