import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../harness/targets/browser/find-chromium.ts'
import { BROWSER_FLAGS, SHARED_BROWSER } from '../runner/shared-browser.ts'

/** The browser of the system; null where there is none. */
export const CHROMIUM = findChromium()

/** Opens a browser with nothing in it: a connection to the one that test files share, or one of its own. */
export function openBrowser(): Promise<Browser> {
  const shared = process.env[SHARED_BROWSER]
  return shared === undefined
    ? chromium.launch({ executablePath: CHROMIUM ?? '', args: BROWSER_FLAGS })
    : chromium.connect(shared)
}

/** A page that remembers what it should not have to. */
export interface WatchedPage {
  readonly page: Page
  /** Errors on its console, exceptions, and answers of the browser to forbidden things. */
  readonly complaints: string[]
  /** Requests to anything but the origin it was opened at. */
  readonly foreign: string[]
}

/** Opens a URL in a browser with nothing in it, which is closed after the body. */
export async function onPage(
  url: string,
  body: (watched: WatchedPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const browser = await openBrowser()
  try {
    const page = await (await browser.newContext(options)).newPage()
    page.setDefaultTimeout(60_000)
    const watched: WatchedPage = { page, complaints: [], foreign: [] }
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') watched.complaints.push(message.text())
    })
    page.on('pageerror', (error) => watched.complaints.push(error.message))
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (protocol !== 'data:' && origin !== new URL(url).origin) watched.foreign.push(request.url())
    })
    await page.goto(url)
    await body(watched)
  } finally {
    await browser.close()
  }
}

/** Presses Tab until the element has the focus, as somebody without a pointer does. */
export async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await focusedId(page)) === id) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`sixty presses of Tab do not lead to #${id}`)
}

/** Where keys go. */
export function focusedId(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.id')
}

/** Pixels by which the page is wider than the window. */
export function overflowPx(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Text of an element that is there. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? ''
}
