/** The browser context of an agent: its cookies, its page, and the figures of the page that it has open. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { MEASURES } from '../../model/measures.ts'
import type { TargetEvents } from '../../ports/target.ts'
import type { BrowserConfig } from './schema.ts'
import { OBSERVE_VITALS, type PageVitals, READ_VITALS, vitalsMeasured } from './vitals.ts'

/** The navigation that opened the present page. */
interface Opened {
  readonly step: string
  readonly intendedMs: number
}

export class BrowserSession {
  readonly #context: BrowserContext
  readonly #events: TargetEvents
  #page: Page | null = null
  #opened: Opened | null = null
  #requests = 0
  #bytes = 0
  #lastTurn: Promise<void> = Promise.resolve()

  private constructor(context: BrowserContext, events: TargetEvents) {
    this.#context = context
    this.#events = events
  }

  /** Opens a context with nothing in it, and a page. @throws Error of the browser */
  static async open(browser: Browser, config: BrowserConfig, events: TargetEvents): Promise<BrowserSession> {
    const { viewport, verify } = config
    const context = await browser.newContext({ viewport, ignoreHTTPSErrors: !verify })
    await context.addInitScript({ content: OBSERVE_VITALS })
    const session = new BrowserSession(context, events)
    context.on('requestfinished', (request) => void session.#count(request))
    await session.page()
    return session
  }

  /** Bytes of answers that all pages received so far. */
  get bytesReceived(): number {
    return this.#bytes
  }

  /** Resolves when the acts that came before are over, with what ends this turn: a user does one thing after the other. */
  async takeTurn(): Promise<() => void> {
    const before = this.#lastTurn
    let end: () => void = () => undefined
    this.#lastTurn = new Promise((resolve) => {
      end = resolve
    })
    await before
    return end
  }

  /** Resolves with the page of the agent; a new one when the last one crashed or was given up. */
  async page(): Promise<Page> {
    if (this.#page !== null && !this.#page.isClosed()) return this.#page
    const page = await this.#context.newPage()
    page.on('crash', () => {
      if (this.#page === page) this.giveUpPage()
    })
    this.#page = page
    return page
  }

  /** Records the figures of the present page, which is about to be left, for the step that opened it. */
  async leave(): Promise<void> {
    const opened = this.#opened
    this.#opened = null
    if (opened === null || this.#page === null || this.#page.isClosed()) return
    const vitals = await this.#page.evaluate<PageVitals | null>(READ_VITALS).catch(() => null)
    if (vitals === null) return
    const { step, intendedMs } = opened
    for (const [measure, value] of vitalsMeasured(vitals))
      this.#events.measure(step, measure, value, intendedMs)
    this.#events.measure(step, MEASURES.page_requests, this.#requests, intendedMs)
    this.#events.measure(step, MEASURES.page_bytes, this.#bytes, intendedMs)
  }

  /** Begins to count for a page that a navigation opens. */
  enter(opened: Opened): void {
    this.#opened = opened
    this.#requests = 0
    this.#bytes = 0
  }

  /** Gives the page up, whatever it is doing: its act ends with an error that nobody waits for. */
  giveUpPage(): void {
    const page = this.#page
    this.#page = null
    this.#opened = null
    void page?.close().catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.leave()
    await this.#context.close().catch(() => undefined)
  }

  async #count(request: Request): Promise<void> {
    this.#requests++
    const sizes = await request.sizes().catch(() => null)
    if (sizes !== null) this.#bytes += sizes.responseHeadersSize + sizes.responseBodySize
  }
}
