/** Somebody who opens pages in the system's Chromium and notes whatever is wrong with them. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'

export const BROWSER_HINT = 'no Chromium on this machine; apt-get install chromium'

/** A page, and what was seen that should not be. */
export interface Visit {
  readonly page: Page
  /** Errors and warnings of the console, exceptions, requests to anybody else. */
  readonly troubles: readonly string[]
}

/** Opens a browser for as long as `body` takes. */
export async function withBrowser(body: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await openBrowser()
  try {
    await body(browser)
  } finally {
    await browser.close()
  }
}

/** A fresh page. @param origin the only one that may be asked for anything */
export async function visit(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: origin, ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) troubles.push(`foreign request: ${url}`)
  })
  return { page, troubles }
}

/** How far a page is wider than what shows it, px. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Names the element that has the focus, once: null at the body, and when it comes again. As text: it runs in the page. */
const NAME_FOCUSED = `(() => {
  const at = document.activeElement
  if (at === null || at === document.body || at.hasAttribute('data-reached')) return null
  at.setAttribute('data-reached', '')
  const { outlineStyle, outlineWidth } = getComputedStyle(at)
  const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px'
  const name = at.getAttribute('aria-label') ?? at.getAttribute('name') ?? at.textContent.trim()
  return (isSeen ? '' : 'no outline: ') + at.tagName.toLowerCase() + ' ' + name
})()`

/** What the Tab key reaches, one after the other, until it begins anew: tag and name. */
export async function reachedByTab(page: Page, most = 400): Promise<string[]> {
  const reached: string[] = []
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate<string | null>(NAME_FOCUSED)
    if (found === null) break
    reached.push(found)
  }
  return reached
}
