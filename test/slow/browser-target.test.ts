import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type DriveOptions, driveStep } from '../../harness/contract/driven-exchange.ts'
import { describeTarget } from '../../harness/contract/target.ts'
import type { Measure } from '../../harness/model/measures.ts'
import type { TargetDriver } from '../../harness/ports/target.ts'
import type { BrowserClient } from '../../harness/targets/browser/client.ts'
import { browserPlugin } from '../../harness/targets/browser/index.ts'
import { CHROMIUM } from '../kit/browser.ts'
import { clientOf, withDriver } from '../kit/drive.ts'
import { describe } from '../kit/suite.ts'

const PAGE = `<!doctype html><title>Shop</title><h1>Shop</h1>
<input id="name"><button onclick="document.querySelector('#said').textContent = 'Hello ' + document.querySelector('#name').value">Greet</button>
<p id="said"></p><p id="late" hidden>late</p>`

type Pages = Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>

const html = (text: string) => (_request: IncomingMessage, response: ServerResponse) => {
  response.setHeader('content-type', 'text/html')
  response.end(text)
}

const PAGES: Pages = {
  '/': html(PAGE),
  '/missing': (_request, response) => {
    response.statusCode = 404
    response.end('nothing here')
  },
  '/silent': () => undefined,
  '/reset': ({ socket }) => {
    socket.destroy()
  },
  '/endless': (_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.write('<title>begun</title>')
  },
  '/short': (_request, response) => {
    response.setHeader('content-length', '1000')
    response.write('<title>cut</title>')
    setTimeout(() => response.destroy(), 20)
  },
  '/cookie': (request, response) => {
    response.setHeader('set-cookie', 'seen=yes')
    html(`<p id="said">${request.headers.cookie ?? 'none'}</p>`)(request, response)
  },
  '/elsewhere': html(
    '<img src="http://127.0.0.2:18099/secret.png"><script src="http://example.com/x.js"></script>',
  ),
  '/shift': html(
    '<body style="margin:0"><div id="top"></div><div style="height:100vh;background:#ddd">below</div><script>setTimeout(() => { document.querySelector("#top").style.height = "50vh" }, 100)</script>',
  ),
}

async function withPages(body: (url: string) => Promise<void>, pages: Pages = PAGES): Promise<void> {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? '']
    if (page === undefined) response.writeHead(404).end()
    else page(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A driver on the pages, and the values that it measured by name. */
function withBrowser(
  body: (
    driver: TargetDriver,
    measured: readonly (readonly [string, number])[],
    url: string,
  ) => Promise<void>,
): Promise<void> {
  return withPages((url) => {
    const measured: (readonly [string, number])[] = []
    const events = {
      measure: (_step: string, { name }: Measure, value: number) => measured.push([name, value]),
      fault: () => undefined,
    }
    return withDriver(browserPlugin, { url }, (driver) => body(driver, measured, url), { events })
  })
}

const act = (driver: TargetDriver, request: Readonly<Record<string, unknown>>, options?: DriveOptions) =>
  driveStep(browserPlugin, driver, request, options)

if (CHROMIUM === null)
  describe('browser target', (test) => test.skip('drives pages', 'no chromium: apt-get install chromium'))
else {
  describeTarget({
    name: 'browser',
    inARow: 20,
    lacks: {
      slow: 'the time of a page is that of the browser, too; its measures are tried below',
      mortal: 'a browser connects anew for a page, as it sees fit',
      dropped: 'a browser asks a second time on its own; nobody can forbid it',
      pooled: 'connections are those of the browser',
    },
    plugin: browserPlugin,
    withTarget: (body) =>
      withPages((url) =>
        body({
          config: browserPlugin.configSchema.parse({ url }),
          answered: { goto: '/' },
          silent: { goto: '/silent' },
          failing: { request: { goto: '/reset' }, kind: 'reset' },
        }),
      ),
  })

  describe('The acts of a user in a page', (test) => {
    test('change it as they do by hand', () =>
      withBrowser(async (driver) => {
        const variables = { who: 'Ada' }
        const acts = [
          { goto: '/' },
          { fill: { selector: '#name', value: '{{who}}' } },
          { click: 'text=Greet' },
          { expectText: { selector: '#said', text: 'Hello {{who}}' } },
          { press: { key: 'Enter', selector: '#name' } },
          { waitFor: '#late', state: 'hidden' },
        ]
        for (const each of acts) assert.is((await act(driver, each, { variables })).errorText, '')
      }))

    test('know the status of a document, and the page as text', () =>
      withBrowser(async (driver) => {
        const missing = await act(driver, { goto: '/missing' })
        assert.equal([missing.kind, missing.status], ['none', 404])
        assert.match((await act(driver, { goto: '/' })).text, /<h1>Shop<\/h1>/)
      }))

    test('fail where another text stands than was expected', () =>
      withBrowser(async (driver) => {
        await act(driver, { goto: '/' })
        const { kind, errorText } = await act(driver, { expectText: { selector: 'h1', text: 'Bank' } })
        assert.equal([kind, errorText], ['expectation', "h1 says 'Shop', expected 'Bank'"])
      }))

    test('end at their limit where an element never comes, and the next page is a new one', () =>
      withBrowser(async (driver) => {
        await act(driver, { goto: '/' })
        const { kind, errorText } = await act(driver, { click: '#never' }, { timeouts: { totalMs: 300 } })
        assert.equal([kind, errorText], ['timeout-total', 'not done within 300ms'])
        assert.is((await act(driver, { goto: '/' })).kind, 'none')
      }))

    test('save a picture of the page', () =>
      withBrowser(async (driver) => {
        const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
        try {
          await act(driver, { goto: '/' })
          const file = join(folder, 'deep', 'shop.png')
          assert.is((await act(driver, { screenshot: file })).errorText, '')
          assert.ok(existsSync(file))
        } finally {
          rmSync(folder, { recursive: true })
        }
      }))

    test('keep the cookies of an agent to itself, until its session ends', () =>
      withBrowser(async (driver) => {
        const seenBy = async (agent: number) => {
          await act(driver, { goto: '/cookie' }, { agent })
          return /id="said">([^<]*)/.exec((await act(driver, { goto: '/cookie' }, { agent })).text)?.[1]
        }
        assert.is(await seenBy(0), 'seen=yes')
        const first = await act(driver, { goto: '/cookie' }, { agent: 1 })
        assert.match(first.text, />none</)
        driver.endSession(0)
        assert.match((await act(driver, { goto: '/cookie' }, { agent: 0 })).text, />none</)
      }))

    test('take code of the author, with the page of Playwright', () =>
      withBrowser(async (driver) => {
        const client = clientOf<BrowserClient>(driver)
        assert.ok((await client.goto('/')).ok)
        const answer = await client.step('greet', async (page) => {
          await page.fill('#name', 'Bob')
          await page.click('button')
        })
        assert.ok(answer.ok)
        assert.ok((await client.expectText('#said', 'Hello Bob')).ok)
        const failed = await client.step('give up', () => Promise.reject(new Error('no such thing')))
        assert.equal([failed.errorKind, failed.errorText], ['code', 'no such thing'])
      }))
  })

  describe('Pages that misbehave', (test) => {
    const cases: Readonly<
      Record<string, readonly [request: Readonly<Record<string, unknown>>, kinds: readonly string[]]>
    > = {
      'a server that closes the connection': [{ goto: '/reset' }, ['reset']],
      'a document that never ends': [{ goto: '/endless' }, ['timeout-total']],
      'a document that is cut off': [{ goto: '/short' }, ['incomplete', 'none', 'reset', 'timeout-total']],
      'a page that crashes': [{ goto: 'chrome://crash' }, ['closed', 'protocol', 'code']],
      'a selector that is none': [{ click: '>>>' }, ['code', 'timeout-total']],
      'a key that is none': [{ press: { key: 'NoSuchKey' } }, ['code']],
      'a variable that is not set': [{ goto: '/{{nobody}}' }, ['code']],
    }
    for (const [name, [request, kinds]] of Object.entries(cases))
      test(`fail one act and not the next: ${name}`, () =>
        withBrowser(async (driver) => {
          await act(driver, { goto: '/' })
          const isForeign = String(request['goto']).startsWith('chrome:')
          const seen = isForeign
            ? await crashed(driver)
            : (await act(driver, request, { timeouts: { totalMs: 700, firstByteMs: 700 } })).kind
          assert.ok(kinds.includes(seen), `${seen}`)
          // The browser may tell of a crash only when the page is asked again.
          const next = await act(driver, { goto: '/' })
          const after = isForeign && next.kind === 'closed' ? await act(driver, { goto: '/' }) : next
          assert.is(after.kind, 'none')
        }))

    test('cannot reach hosts that the scenario does not name', () =>
      withBrowser(async (driver) => {
        const { kind, errorText } = await act(driver, { goto: 'http://127.0.0.2:18099/' })
        assert.is(kind, 'dns', errorText)
        assert.is((await act(driver, { goto: '/elsewhere' })).kind, 'none')
      }))

    test('are refused where nobody listens', () =>
      withDriver(browserPlugin, { url: 'http://127.0.0.1:9' }, async (driver) => {
        const { kind } = await act(driver, { goto: '/' })
        assert.ok(['refused', 'connect'].includes(kind), kind)
      }))
  })

  describe('The figures of a page', (test) => {
    test('are recorded when it is left, for the step that opened it', () =>
      withBrowser(async (driver, measured) => {
        await act(driver, { goto: '/' })
        assert.equal(measured, [])
        await act(driver, { goto: '/shift' })
        const names = measured.map(([name]) => name)
        for (const name of ['ttfb_page', 'fcp', 'lcp', 'cls', 'long_tasks', 'page_requests', 'page_bytes'])
          assert.ok(names.includes(name), `${name} of ${names}`)
      }))

    test('count a shift of the layout: half a viewport moves by half', () =>
      withBrowser(async (driver, measured) => {
        await act(driver, { goto: '/shift' })
        await act(driver, { waitFor: '#top[style*="50vh"]', state: 'attached' })
        await clientOf<BrowserClient>(driver).step('paint', (page) => page.waitForTimeout(100))
        driver.endSession(0)
        await driver.quiesce?.(Number.POSITIVE_INFINITY)
        const cls = measured.find(([name]) => name === 'cls')?.[1] ?? 0
        // Impact fraction 1 (the whole viewport), distance fraction 360 px of its larger side, 1,280 px.
        assert.is(Math.round(cls), 281)
      }))

    test('of pages that are open at the end are recorded, too', () =>
      withBrowser(async (driver, measured) => {
        await act(driver, { goto: '/' })
        await driver.quiesce?.(Number.POSITIVE_INFINITY)
        assert.ok(measured.some(([name]) => name === 'lcp'))
      }))
  })
}

/** Crashes the page as only code can. */
async function crashed(driver: TargetDriver): Promise<string> {
  const { errorKind } = await clientOf<BrowserClient>(driver).step('crash', (page) =>
    page.goto('chrome://crash'),
  )
  return errorKind
}
