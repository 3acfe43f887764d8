import type { Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { CHROMIUM, focusedId, onPage, overflowPx, tabTo, textOf, type WatchedPage } from '../kit/browser.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import type { RunningCommand } from '../kit/command-here.ts'
import { withSandbox } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const HOSTILE = '<img src=x onerror=document.title="owned">'

/** Load that goes on until somebody ends it; one objective fires at once, one never does. */
const scenario = (url: string) => `
import { constantRate, defineScenario, http } from 'proofload'
export default defineScenario({
  name: 'watched',
  target: http({ url: '${url}' }),
  workload: constantRate({ rate: '20/s', duration: '10m' }),
  journeys: {
    good: { weight: 1, steps: [http.get('/items')] },
    bad: { weight: 1, steps: [http.get('/nowhere', { step: '${HOSTILE}' })] },
  },
  objectives: [
    'p99(response_time) < 60s',
    { expect: 'error_ratio < 1%', window: '3s', minSamples: 5 },
  ],
})`

interface Serving {
  readonly place: Workplace
  readonly server: RunningCommand
  readonly url: string
}

/** A dashboard that serves the scenario from a folder of its own, until the body is over. */
async function serving(body: (at: Serving) => Promise<void>, ...flags: string[]): Promise<void> {
  await withSandbox({}, ({ url: target }) =>
    inWorkplace(async (place) => {
      place.write('watched.ts', scenario(target))
      const server = place.start('serve', '--scenarios', '.', '--port', '0', ...flags)
      try {
        await server.sees('ctrl-C stops the server')
        await body({ place, server, url: urlIn(server) })
      } finally {
        // The second gives a run up that is still under way.
        for (const signal of ['SIGINT', 'SIGTERM'] as const) server.signal(signal)
        await server.ended
      }
    }),
  )
}

const urlIn = ({ stderr }: RunningCommand) => /dashboard: (\S+)/.exec(stderr)?.[1] ?? ''
const stageIs = (page: Page, stage: string) => page.waitForSelector(`#live[data-stage=${stage}]`)
const requestsSoFar = async (page: Page) =>
  Number((await textOf(page, '#load .figure:last-child dd')).replaceAll(',', ''))

async function growsBeyond(page: Page, count: number): Promise<void> {
  while ((await requestsSoFar(page)) <= count) await page.waitForTimeout(50)
}

const nothingWrong = ({ complaints, foreign }: WatchedPage) => assert.equal([complaints, foreign], [[], []])

/** Of text and background, 0-1. */
const LIGHTNESS = `[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]
  .map((rgb) => rgb.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765)`

async function startByPointer(page: Page): Promise<void> {
  await page.selectOption('#start-scenario', 'watched.ts')
  await page.click('#start')
  await stageIs(page, 'running')
  await growsBeyond(page, 0)
}

const ask = (url: string, path: string, body: unknown) =>
  fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Keeps what the page reads out, which the next change replaces. */
function keepSaid(page: Page): Promise<unknown> {
  return page.evaluate(`{
    const changes = document.querySelector('#status-changes')
    window.said = []
    new MutationObserver(() => window.said.push(changes.textContent)).observe(changes, { childList: true })
  }`)
}

/** What the page has read out since. */
function saidTo(page: Page): Promise<string> {
  return page.evaluate<string>("window.said.join('; ')")
}

describe('A served dashboard in a browser', (test) => {
  if (CHROMIUM === null) {
    test.skip('drives runs', 'no chromium in PATH')
    return
  }

  test('starts a run, shows it move, and halts everything: all by keys alone', () =>
    serving(({ place, url }) =>
      onPage(url, async (watched) => {
        const { page } = watched
        await page.waitForSelector('#connection[data-tone=good]')
        await keepSaid(page)
        await tabTo(page, 'start-scenario')
        await page.keyboard.type('watched')
        await tabTo(page, 'start')
        await page.keyboard.press('Enter')
        await stageIs(page, 'running')
        await growsBeyond(page, 0)
        await growsBeyond(page, await requestsSoFar(page))
        await page.waitForSelector('#objectives .status[data-tone=bad]')

        // The two of the scenario, and the built-in one on downtime.
        assert.is(await page.locator('#objectives .status').count(), 3)
        assert.is(await page.locator('#objectives .status[data-tone=good]').count(), 1)
        assert.match(await saidTo(page), 'error_ratio: failing')
        for (const chart of ['chart-rate', 'chart-latency-over-time', 'chart-errors', 'chart-start-delay'])
          assert.is(await page.locator(`#${chart} canvas`).count(), 1, chart)
        assert.ok((await page.locator('#events li').count()) >= 2)
        // What a scenario calls its steps is text, wherever it stands.
        assert.match(await textOf(page, '#events'), HOSTILE)
        assert.not.match(await page.title(), 'owned')
        assert.is(await page.locator('#live img').count(), 0)

        await tabTo(page, 'halt')
        await page.keyboard.press('Enter')
        await page.keyboard.press('Escape')
        assert.not(await page.isVisible('#halt-dialog'))
        assert.is(await focusedId(page), 'halt')
        await page.keyboard.press('Enter')
        await page.keyboard.press('Enter')
        assert.ok(await page.isVisible('#halt-dialog'), 'a halt without a reason is none')
        await page.keyboard.type('the browser says so')
        await page.keyboard.press('Enter')

        await stageIs(page, 'done')
        assert.is(await textOf(page, '#verdict-title'), 'NO-GO')
        assert.match(await textOf(page, '#verdict-reasons'), 'error ratio was ')
        assert.ok(await page.isDisabled('#abort'))
        nothingWrong(watched)
        const { stdout } = await place.run('emergency', 'status', '--json')
        const { emergency } = JSON.parse(stdout) as {
          emergency: { state: string; reason: string; by: string }
        }
        assert.equal([emergency.state, emergency.reason], ['HALT', 'the browser says so'])
        assert.match(emergency.by, ', dashboard')

        await page.click('#verdict-report a')
        await page.waitForURL('**/runs/*')
        assert.match(await textOf(page, 'main'), /NO-GO/)
        nothingWrong(watched)
      }),
    ))

  test('drains on the first press of abort, and keeps the view still while it is paused', () =>
    serving(({ place, server, url }) =>
      onPage(url, async (watched) => {
        const { page } = watched
        await startByPointer(page)
        await page.click('#pause')
        const still = await requestsSoFar(page)
        assert.is(await page.getAttribute('#pause', 'aria-pressed'), 'true')
        await page.click('#abort')
        await server.sees(' of watched: ')
        assert.is(await requestsSoFar(page), still)
        await page.click('#pause')

        await stageIs(page, 'done')

        assert.ok((await requestsSoFar(page)) >= still)
        const file = /watched: \S+, (\S+)/.exec(server.stderr)?.[1] ?? ''
        assert.is((JSON.parse(place.read(file)) as RunRecord).status, 'interrupted')
        nothingWrong(watched)
      }),
    ))

  test('fits a phone, and is dark where people want it dark', () =>
    serving(({ url }) =>
      onPage(
        url,
        async (watched) => {
          const { page } = watched
          assert.is(await overflowPx(page), 0)
          await startByPointer(page)
          await page.waitForSelector('#chart-latency-over-time canvas')
          assert.is(await overflowPx(page), 0)
          await page.click('#halt')
          assert.is(await overflowPx(page), 0)
          await page.keyboard.press('Escape')
          await page.click('#abort')
          await stageIs(page, 'done')
          assert.is(await overflowPx(page), 0)
          const [text, background] = await page.evaluate<number[]>(LIGHTNESS)
          assert.ok((text ?? 0) > 0.7 && (background ?? 1) < 0.2, `${text} on ${background}`)
          nothingWrong(watched)
        },
        { viewport: { width: 375, height: 800 }, colorScheme: 'dark' },
      ),
    ))

  test('says that the server is gone, and goes on when it is back', () =>
    inWorkplace(async (place) => {
      const server = place.startProcess('serve', '--scenarios', '.', '--port', '0')
      await server.sees('ctrl-C stops the server')
      const url = urlIn(server)
      await onPage(url, async ({ page }) => {
        await page.waitForSelector('#connection[data-tone=good]')
        server.child.kill('SIGKILL')
        await page.waitForSelector('#connection[data-tone=warn]')
        assert.match(await textOf(page, '#connection'), 'reconnecting')

        const again = place.start('serve', '--scenarios', '.', '--port', new URL(url).port)
        try {
          await page.waitForSelector('#connection[data-tone=good]')
          assert.is(await textOf(page, '#connection'), 'connected')
        } finally {
          again.signal('SIGINT')
          await again.ended
        }
      })
    }))
})

describe('A served dashboard', (test) => {
  test('runs one scenario at a time, listed ones alone, and ctrl-C lets it drain', () =>
    serving(async ({ place, server, url }) => {
      const start = (scenarioFile: string) => ask(url, '/live/start', { scenario: scenarioFile, seed: 7 })
      assert.is((await start('../watched.ts')).status, 404)
      assert.is((await ask(url, '/live/stop', null)).status, 409)
      assert.is((await start('watched.ts')).status, 202)
      assert.is((await start('watched.ts')).status, 409)
      await sendsLoad(url)

      server.signal('SIGINT')
      const { status, stderr } = await server.ended

      assert.is(status, 0)
      const file = /watched: \S+, (\S+)/.exec(stderr)?.[1] ?? ''
      const record = JSON.parse(place.read(file)) as RunRecord
      assert.equal([record.status, record.seed], ['interrupted', 7])
    }))

  test('shows why a run could not begin, and can start the next', () =>
    serving(async ({ place, server, url }) => {
      place.write('broken.yaml', 'name: broken')
      assert.is((await ask(url, '/live/start', { scenario: 'broken.yaml', seed: null })).status, 202)
      await server.sees('broken.yaml')
      await server.sees('SCENARIO_INVALID')

      assert.is((await ask(url, '/live/start', { scenario: 'watched.ts', seed: null })).status, 202)
    }))

  test('beyond loopback makes a token up, prints it once, and shows nothing without it', () =>
    serving(
      async ({ server, url }) => {
        const token = new URL(url).searchParams.get('token') ?? ''
        const local = `http://127.0.0.1:${new URL(url).port}`
        const statusOf = async (path: string, headers: Record<string, string> = {}) =>
          (await fetch(local + path, { headers, redirect: 'manual' })).status

        assert.ok(token.length >= 43)
        assert.is(server.stderr.split(token).length, 2)
        assert.equal(
          await Promise.all([
            statusOf('/'),
            statusOf('/runs'),
            statusOf('/', { Authorization: `Bearer ${token}` }),
            statusOf(`/?token=${token}`),
            statusOf(`/?token=${token}x`),
          ]),
          [401, 401, 200, 303, 401],
        )
      },
      '--host',
      '0.0.0.0',
    ))

  test('takes no token that is soon guessed', () =>
    inWorkplace(async (place) => {
      for (const token of ['secret', 'a'.repeat(32)]) {
        const { status, stderr } = await place.run('serve', '--port', '0', '--ui-token', token)

        assert.is(status, 2)
        assert.match(stderr, 'too easy to guess')
      }
    }))
})

/** Until the stream tells of a request. */
async function sendsLoad(url: string): Promise<void> {
  const answer = await fetch(new URL('/live/events', url))
  const decoder = new TextDecoder()
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
    if (/"requestCount":[1-9]/.test(decoder.decode(chunk, { stream: true }))) return
}
