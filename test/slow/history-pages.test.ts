/** Every page about stored runs in a real browser: opened, used by mouse and by keyboard, narrow and in the dark. */
import type { Browser, Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import { historyPages } from '../../harness/web/history/history-pages.ts'
import { CHROMIUM } from '../kit/browser.ts'
import { BROWSER_HINT, overflowOf, reachedByTab, visit, withBrowser } from '../kit/page-visitor.ts'
import { startPagesServer } from '../kit/pages-server.ts'
import { aNightRecord, inStoredRunsPlace, keepManyRuns, keepRun } from '../kit/stored-runs.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

const OLD = '20260210-020000-0040'
const BEFORE = '20260209-020000-0039'
const ON_DISK = '20260301-020000-0059'

const PAGES = [
  ['/runs', 'Runs'],
  [`/runs/${OLD}`, `Run ${OLD}`],
  [`/runs/${ON_DISK}`, 'checkout'],
  ['/compare', 'Compare two runs'],
  [`/compare?a=${BEFORE}&b=${OLD}`, 'Compare two runs'],
  ['/trend?scenario=checkout', 'Trend'],
  ['/baselines', 'Baselines'],
  ['/capacity?scenario=staircase', 'Capacity'],
  ['/capacity?scenario=checkout', 'Capacity'],
] as const

/** Sixty nights and what else there is, served to a browser. */
async function inBrowser(body: (browser: Browser, url: string) => Promise<void>): Promise<void> {
  await inStoredRunsPlace(async (place) => {
    await keepManyRuns(place)
    const long = 'a-very-long-name-of-a-scenario-'.repeat(5)
    await keepRun(place, aNightRecord(1, 1, { runId: '20251231-000000-long', scenario: long }), {
      build: 'b'.repeat(180),
    })
    const server = await startPagesServer(historyPages(place.sources))
    try {
      await withBrowser((browser) => body(browser, server.url))
    } finally {
      await server.close()
    }
  })
}

const headingOf = (page: Page) => page.locator('h1').textContent()
const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? ''

function declareTests(test: Parameters<Parameters<typeof describe>[1]>[0]): void {
  test('open without an error or a foreign request, light, dark and narrow, and draw their charts', () =>
    inBrowser(async (browser, url) => {
      const looks = [
        { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
        { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
        { viewport: { width: 375, height: 700 }, colorScheme: 'light' },
      ] as const
      for (const look of looks) {
        const { page, troubles } = await visit(browser, url, look)
        for (const [path, heading] of PAGES) {
          await page.goto(path)
          assert.is(await headingOf(page), heading)
          // Each chart is told in words until it is drawn in their place.
          await until(() => page.evaluate<boolean>("document.querySelector('.chart-words') === null"))
          assert.is(await overflowOf(page), 0, `${path} at ${look.viewport.width} px`)
          const back = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
          assert.is(Number(/\d+/.exec(back)?.[0]) < 80, look.colorScheme === 'dark', `${path}: ${back}`)
        }
        assert.equal(troubles, [])
        await page.context().close()
      }
    }))

  test('are found, filtered, paged and compared from the list', () =>
    inBrowser(async (browser, url) => {
      const { page, troubles } = await visit(browser, url)
      await page.goto('/runs')
      await page.getByRole('link', { name: 'Older' }).click()
      assert.match(await textOf(page, 'caption'), 'Runs 26 to 50 of 62')
      await page.getByRole('link', { name: 'Newer' }).click()
      assert.match(await textOf(page, 'caption'), 'Runs 1 to 25 of 62')

      await page.getByLabel('Scenario').selectOption('staircase')
      await page.getByLabel('Outcome').selectOption('GO')
      await page.getByLabel('Build, exactly').fill('c0ffee')
      await page.getByRole('button', { name: 'Show' }).click()
      assert.is(await page.locator('tbody tr').count(), 1)
      assert.is(await page.getByLabel('Build, exactly').inputValue(), 'c0ffee')
      await page.getByLabel('Build, exactly').fill('no such build')
      await page.getByRole('button', { name: 'Show' }).click()
      await page.getByRole('link', { name: 'Show all' }).click()

      await page.getByLabel(`A: ${BEFORE}`).check()
      await page.getByLabel(`B: ${OLD}`).check()
      await page.getByRole('button', { name: 'Compare A with B' }).click()
      assert.is(await headingOf(page), 'Compare two runs')
      assert.is(await page.getByLabel('Baseline (A)').inputValue(), BEFORE)
      await page.goBack()
      await page.getByRole('link', { name: '20260110-111111-a10e' }).click()
      assert.is(await headingOf(page), 'elsewhere')
      assert.equal(troubles, [])
    }))

  test('lead from a run to its neighbours, its files, its trend and its comparison', () =>
    inBrowser(async (browser, url) => {
      const { page, troubles } = await visit(browser, url)
      await page.goto(`/runs/${ON_DISK}`)
      await page.getByText('Files of the run').click()
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'run.json' }).click()
      assert.is((await download).suggestedFilename(), 'run.json')

      const before = '20260228-020000-0058'
      await page.getByRole('link', { name: before }).click()
      assert.match(page.url(), `/runs/${before}`)
      assert.is(await headingOf(page), 'checkout')
      await page.getByRole('link', { name: ON_DISK }).click()
      await page.getByRole('link', { name: 'Compare with the run before' }).click()
      assert.is(await page.getByLabel('Candidate (B)').inputValue(), ON_DISK)
      await page.goBack()
      await page.getByRole('link', { name: 'Trend of the scenario' }).click()
      assert.is(await page.getByLabel('Scenario').inputValue(), 'checkout')
      assert.equal(troubles, [])
    }))

  test('compare other runs, one step of them, and the other way round', () =>
    inBrowser(async (browser, url) => {
      const { page, troubles } = await visit(browser, url)
      await page.goto(`/compare?a=${BEFORE}&b=${OLD}`)
      await page.locator('select[name=step]').selectOption('pay')
      await page.getByRole('button', { name: 'Compare' }).click()
      assert.match(await textOf(page, 'figcaption'), 'Percentiles of step pay')
      await page.getByRole('link', { name: 'Swap A and B' }).click()
      assert.is(await page.getByLabel('Baseline (A)').inputValue(), OLD)
      assert.is(await page.locator('select[name=step]').inputValue(), 'pay')
      await page.getByLabel('Candidate (B)').selectOption(ON_DISK)
      await page.getByRole('button', { name: 'Compare' }).click()
      assert.match(page.url(), `b=${ON_DISK}`)
      assert.equal(troubles, [])
    }))

  test('follow another metric of one step, and open the runs around a change', () =>
    inBrowser(async (browser, url) => {
      const { page, troubles } = await visit(browser, url)
      await page.goto('/trend?scenario=checkout')
      await page.getByLabel('Metric').selectOption('p95')
      await page.getByLabel('Step').selectOption('pay')
      await page.getByLabel('Newest runs').selectOption('50')
      await page.getByRole('button', { name: 'Show' }).click()
      assert.match(await textOf(page, 'caption'), 'p95 of 50 valid runs')
      assert.match(await textOf(page, 'main'), `between ${BEFORE}`)
      await page.getByRole('link', { name: 'compare the two' }).click()
      assert.is(await page.getByLabel('Baseline (A)').inputValue(), BEFORE)

      await page.getByRole('link', { name: 'Baselines' }).click()
      await page.getByRole('link', { name: '20260215-020000-0045' }).click()
      assert.is(await headingOf(page), 'Run 20260215-020000-0045')
      await page.getByRole('link', { name: 'Capacity' }).click()
      await page.getByLabel('Scenario').selectOption('staircase')
      await page.getByRole('button', { name: 'Show' }).click()
      assert.match(await textOf(page, 'main'), 'Throughput peaks at about')
      assert.equal(troubles, [])
    }))

  test('can be used with the keyboard alone, and show where it is', () =>
    inBrowser(async (browser, url) => {
      const { page } = await visit(browser, url)
      for (const [path] of PAGES) {
        await page.goto(path)
        const controls = await page
          .locator('a[href], button, select, input:not([type=radio]), summary, [tabindex="0"]')
          .filter({ visible: true })
          .count()
        const reached = await reachedByTab(page)
        // Of each group of radio buttons the Tab key reaches one.
        const radios = reached.filter((name) => /^input [AB]: /.test(name)).length
        assert.is(reached.length - radios, controls, `${path}: ${reached.join('; ')}`)
        assert.is(radios, path === '/runs' ? 2 : 0)
        assert.equal(
          reached.filter((name) => name.startsWith('no outline')),
          [],
          path,
        )
      }
    }))

  test('say that a page is not there, and lead back', () =>
    inBrowser(async (browser, url) => {
      const { page } = await visit(browser, url)
      for (const [path, status] of [
        ['/runs/nobody', 404],
        ['/runs?page=0', 400],
        [`/compare?a=${OLD}&b=nobody`, 404],
        ['/trend?scenario=nobody', 404],
      ] as const) {
        const answer = await page.goto(path)
        assert.is(answer?.status(), status, path)
        await page.getByRole('link', { name: 'All runs' }).click()
        assert.is(await headingOf(page), 'Runs')
      }
    }))
}

describe('Pages about stored runs in a browser', (test) => {
  if (CHROMIUM === null) test.skip('are opened and used', BROWSER_HINT)
  else declareTests(test)
})
