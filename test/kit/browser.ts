import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** The browser of the system; null where there is none. */
export const CHROMIUM = findChromium()

/** A page that remembers what it should not have to. */
export interface WatchedPage {
  readonly page: Page
  /** Errors on its console, exceptions, and answers of the browser to forbidden things. */
  readonly complaints: string[]
  /** Requests to anything but the origin it was opened at. */
  readonly foreign: string[]
}

/** Opens a URL in a browser of its own, which is gone after the body. */
export async function onPage(
  url: string,
  body: (watched: WatchedPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM ?? '',
    // Tests run as root in containers, where the sandbox of the browser cannot be set up.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
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

function findChromium(): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(':'))
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // Not this one.
      }
    }
  return null
}
