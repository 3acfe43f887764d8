import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import type { LineChart } from '../../harness/model/chart.ts'
import { CHROMIUM, openBrowser } from '../kit/browser.ts'
import { BROWSER_HINT } from '../kit/page-visitor.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

function aChart(seconds: number, changes: Partial<LineChart> = {}): LineChart {
  const x = Array.from({ length: seconds }, (_, i) => i)
  return {
    kind: 'lines',
    id: 'latency',
    title: 'Latency',
    note: '',
    xAxis: { label: 'time', unit: 's' },
    x,
    xLabels: null,
    yAxis: { label: 'response time', unit: 'ms' },
    series: [{ label: 'p99', colour: 0, style: 'solid', values: x.map((i) => 20 + i) }],
    isStacked: false,
    bands: [],
    bounds: [],
    marks: [],
    ...changes,
  }
}

/** A page of its own with one chart on it: `view` is what `showChart` gave. */
async function withChart(chart: LineChart, look: (page: Page) => Promise<void>): Promise<void> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { showChart } from './chart-view.ts'",
      resolveDir: new URL('../../harness/web/browser', import.meta.url).pathname,
    },
    bundle: true,
    format: 'iife',
    globalName: 'charts',
    write: false,
  })
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 800, height: 600 } })
    await page.setContent('<div id="host"></div>')
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
    await page.evaluate(`view = charts.showChart(document.querySelector('#host'), ${JSON.stringify(chart)})`)
    await look(page)
  } finally {
    await browser.close()
  }
}

const update = (page: Page, chart: LineChart) => page.evaluate(`view.update(${JSON.stringify(chart)})`)
/** Marks the canvas, so that another one is noticed. */
const isSameCanvas = (page: Page) =>
  page.evaluate<boolean>("document.querySelector('canvas').dataset.seen === 'yes'")
const markCanvas = (page: Page) => page.evaluate("document.querySelector('canvas').dataset.seen = 'yes'")
const hovered = (page: Page) => page.locator('.u-legend .u-value').allInnerTexts()

/** Draws the pointer over the middle third. */
async function zoom(page: Page): Promise<void> {
  const box = await page.locator('.u-over').boundingBox()
  const { x, y, width, height } = box as NonNullable<typeof box>
  await page.mouse.move(x + width / 3, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + (2 * width) / 3, y + height / 2)
  await page.mouse.up()
}

/** What is seen at the left edge, in seconds. */
async function leftEdge(page: Page): Promise<number> {
  const box = await page.locator('.u-over').boundingBox()
  const { x, y } = box as NonNullable<typeof box>
  await page.mouse.move(x + 2, y + 20)
  return Number.parseFloat((await hovered(page))[0] ?? '')
}

describe('A chart that is updated', (test) => {
  if (CHROMIUM === null) {
    test.skip('keeps its picture', BROWSER_HINT)
    return
  }

  test('keeps its picture and takes the new figures', () =>
    withChart(aChart(30), async (page) => {
      await markCanvas(page)

      await update(page, aChart(31))

      assert.ok(await isSameCanvas(page))
      assert.match((await page.getByRole('img').getAttribute('aria-label')) ?? '', 'at the end 50ms')
    }))

  test('keeps what the reader zoomed into, and the pointer', () =>
    withChart(aChart(30), async (page) => {
      await zoom(page)
      const before = await leftEdge(page)
      const values = await hovered(page)

      await update(page, aChart(40))

      assert.ok(before >= 8 && before <= 11)
      assert.equal(await hovered(page), values)
      assert.is(await leftEdge(page), before)
    }))

  test('draws another picture when there is another line, and keeps zoom and hidden lines', () =>
    withChart(aChart(30), async (page) => {
      await zoom(page)
      const before = await leftEdge(page)
      await page.locator('.u-legend .u-series').nth(1).locator('th').click()
      const [p99] = aChart(40).series
      assert.ok(p99)

      await update(page, aChart(40, { series: [p99, { ...p99, label: 'max', colour: 1 }] }))

      assert.is(await page.locator('.u-legend .u-series').count(), 3)
      assert.match((await page.locator('.u-legend .u-series').nth(1).getAttribute('class')) ?? '', 'u-off')
      assert.is(await leftEdge(page), before)
    }))

  test('follows the width of its place', () =>
    withChart(aChart(30), async (page) => {
      await page.setViewportSize({ width: 375, height: 600 })
      await until(() =>
        page.evaluate<boolean>("document.querySelector('canvas').getBoundingClientRect().width < 375"),
      )

      assert.is(await page.evaluate<number>('document.documentElement.scrollWidth'), 375)
    }))
})
