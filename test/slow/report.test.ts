import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import { htmlReport } from '../../harness/app/reports/html-report.ts'
import type { ReportInput } from '../../harness/ports/reporter.ts'
import { CHROMIUM, openBrowser } from '../kit/browser.ts'
import { aLongRun } from '../kit/long-record.ts'
import { BROWSER_HINT } from '../kit/page-visitor.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'
import { aGoodRun, aHostileRun } from '../kit/verdicts.ts'

interface OpenReport {
  readonly page: Page
  /** What the browser complained about. */
  readonly complaints: readonly string[]
  /** Addresses it asked for. */
  readonly requests: readonly string[]
}

/** Opens the report of a run from disk. */
async function withReport(
  run: ReportInput,
  look: (report: OpenReport) => Promise<void>,
  viewport = { width: 1280, height: 800 },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-report-'))
  let browser: Browser | null = null
  try {
    const file = join(folder, 'report.html')
    writeFileSync(file, String(await htmlReport.render(run)))
    browser = await openBrowser()
    const page = await browser.newPage({ viewport })
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(pathToFileURL(file).href)
    await look({ page, complaints, requests })
  } finally {
    await browser?.close()
    rmSync(folder, { recursive: true })
  }
}

/** How many colours each canvas shows. */
const COLOURS_OF_CANVASES = `[...document.querySelectorAll('.chart-host canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return new Set(new Uint32Array(data.buffer)).size
})`

describe('A report that is opened from disk', (test) => {
  if (CHROMIUM === null) {
    test.skip('draws its charts in a browser', BROWSER_HINT)
    return
  }

  test('draws every chart, complains about nothing and asks for nothing but itself', () =>
    withReport(aLongRun(1), async ({ page, complaints, requests }) => {
      const hosts = await page.locator('.chart-host').count()
      const colours = await page.evaluate<number[]>(COLOURS_OF_CANVASES)

      assert.equal(complaints, [])
      assert.is(requests.length, 1)
      assert.is(await page.locator('.chart-picture[role="img"][aria-label]').count(), hosts)
      assert.ok(hosts >= 14 && colours.length === hosts - 1, 'all but the waterfall are drawn on canvas')
      assert.ok(colours.every((each) => each > 5))
      assert.is(await page.locator('.waterfall-bar').count(), 5)
    }))

  test('shows verdict, reason and both charts on the first screen', () =>
    withReport(aLongRun(1), async ({ page }) => {
      const bottoms = await page.evaluate<number[]>(
        `['.badge', '.reason', '.charts .chart:nth-child(1) canvas', '.charts .chart:nth-child(2) canvas']
          .map((selector) => document.querySelector(selector).getBoundingClientRect().bottom)`,
      )

      assert.ok(bottoms.every((bottom) => bottom <= 800))
    }))

  test('tells the figures under the pointer with their units', () =>
    withReport(aLongRun(1), async ({ page }) => {
      const chart = page.locator('#chart-latency-over-time')

      await chart.locator('.u-over').hover()

      const values = await chart.locator('.u-legend .u-value').allInnerTexts()
      assert.is(values.length, 4)
      for (const value of values) assert.match(value, /^[\d.]+(m?s|m\d+s)$/)
    }))

  test('is worked by keyboard: lines are hidden, and what is folded opens', () =>
    withReport(aLongRun(1), async ({ page }) => {
      const first = page.locator('#chart-latency-over-time .u-legend .u-series').nth(1)
      await first.locator('th').focus()
      await page.keyboard.press('Enter')
      await page.locator('#plan summary').focus()
      await page.keyboard.press('Enter')

      assert.match((await first.getAttribute('class')) ?? '', 'u-off')
      assert.ok(await page.locator('#plan').getByText('plan hash').isVisible())
    }))

  test('is no wider than a narrow screen, and draws again when the colours of the system change', () =>
    withReport(
      aGoodRun(),
      async ({ page, complaints }) => {
        const corner = `document.querySelector('.chart-host canvas').toDataURL()`
        const light = await page.evaluate<string>(corner)
        await page.emulateMedia({ colorScheme: 'dark' })
        await until(async () => (await page.evaluate<string>(corner)) !== light)

        assert.is(await page.evaluate<number>('document.documentElement.scrollWidth'), 375)
        assert.equal(complaints, [])
      },
      { width: 375, height: 800 },
    ))

  test('keeps hostile names as text', () =>
    withReport(aHostileRun(), async ({ page, complaints, requests }) => {
      assert.match((await page.locator('h1').textContent()) ?? '', '<script>alert(1)</script>')
      assert.equal(complaints, [])
      assert.is(requests.length, 1)
    }))
})
