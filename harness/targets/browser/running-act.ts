/** An act under way, from its start until its exchange has settled. */
import type { Page, Response } from 'playwright-core'
import { lookUp } from '../../base/names.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { putError } from '../../ports/exchange-error.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Act } from './acts.ts'
import { failureOf } from './failure.ts'
import type { BrowserSession } from './session.ts'

/** The time by which the browser's own limit is later than ours, which decides. */
const OWN_LIMIT_MARGIN_MS = 5_000

/** The parts of a driver that an act needs. */
export interface ActParts {
  nowMs(): number
  session(): Promise<BrowserSession>
  giveUpPage(): void
  /** Called once, before the exchange settles. */
  ended(): void
  limitAt(atMs: number): void
}

export class RunningAct {
  readonly exchange: Exchange
  readonly #parts: ActParts
  readonly #startMs: number
  #isOver = false
  #limitKind: ErrorKind = 'timeout-total'
  #limitMs = 0

  constructor(exchange: Exchange, parts: ActParts) {
    this.exchange = exchange
    this.#parts = parts
    this.#startMs = parts.nowMs()
    const { totalMs } = exchange.timeouts
    this.#limit(this.#startMs + totalMs, 'timeout-total', totalMs)
  }

  async run(): Promise<void> {
    try {
      const session = await this.#parts.session()
      const openedMs = this.#parts.nowMs()
      const endTurn = await session.takeTurn()
      try {
        if (this.#isOver) return
        this.exchange.connectMs = openedMs - this.#startMs
        this.exchange.ownWaitMs = this.#parts.nowMs() - openedMs
        await this.#performIn(session)
      } finally {
        endTurn()
      }
    } catch (thrown) {
      const { kind, text } = failureOf(thrown)
      this.#end(kind, text)
    }
  }

  /** A page of an error, or one that crashed, takes no further acts. */
  async #performIn(session: BrowserSession): Promise<void> {
    try {
      await this.#perform(session, await session.page())
    } catch (thrown) {
      const isLost = failureOf(thrown).kind === 'closed'
      if (isLost || (this.exchange.request as Act).isNavigation) session.giveUpPage()
      throw thrown
    }
  }

  async #perform(session: BrowserSession, page: Page): Promise<void> {
    const { exchange } = this
    const act = exchange.request as Act
    if (act.isNavigation) {
      await session.leave()
      if (this.#isOver) return
      session.enter({ step: exchange.step, intendedMs: exchange.intendedMs })
    }
    const bytesBefore = session.bytesReceived
    const response = await this.#send(act, page)
    if (this.#isOver) return
    exchange.doneMs = this.#parts.nowMs()
    exchange.bytesReceived = session.bytesReceived - bytesBefore
    exchange.status = response?.status() ?? 0
    if (exchange.keepAnswer) {
      const headers = response?.headers() ?? {}
      const body = Buffer.from(await page.content())
      if (this.#isOver) return
      exchange.header = (name) => lookUp(headers, name.toLowerCase())
      exchange.body = body
    }
    this.#end('none', '')
  }

  /** Does the act. The document of a navigation has its own limit until its first byte; nothing else has a first byte. */
  async #send(act: Act, page: Page): Promise<Response | null> {
    const { exchange } = this
    const { firstByteMs, totalMs } = exchange.timeouts
    const seen = (response: Response) => {
      if (this.#isOver || !isDocumentOf(page, response)) return
      exchange.firstByteMs = this.#parts.nowMs()
      this.#limit(this.#startMs + totalMs, 'timeout-total', totalMs)
    }
    exchange.sentMs = this.#parts.nowMs()
    if (act.isNavigation && firstByteMs < totalMs)
      this.#limit(exchange.sentMs + firstByteMs, 'timeout-first-byte', firstByteMs)
    page.on('response', seen)
    try {
      return await act.perform(page, exchange.variables, totalMs + OWN_LIMIT_MARGIN_MS)
    } finally {
      page.off('response', seen)
    }
  }

  expire(): void {
    this.#giveUp(this.#limitKind, `not done within ${formatDurationMs(this.#limitMs)}`)
  }

  abort(): void {
    this.#giveUp('aborted', 'aborted by the harness')
  }

  #limit(atMs: number, kind: ErrorKind, limitMs: number): void {
    this.#limitKind = kind
    this.#limitMs = limitMs
    this.#parts.limitAt(atMs)
  }

  #giveUp(kind: ErrorKind, text: string): void {
    if (this.#isOver) return
    this.#parts.giveUpPage()
    this.#end(kind, text)
  }

  #end(kind: ErrorKind, text: string): void {
    if (this.#isOver) return
    this.#isOver = true
    const { exchange } = this
    if (exchange.doneMs === 0 || kind !== 'none') exchange.doneMs = this.#parts.nowMs()
    putError(exchange, kind, text)
    this.#parts.ended()
    exchange.settle()
  }
}

function isDocumentOf(page: Page, response: Response): boolean {
  const request = response.request()
  return request.isNavigationRequest() && request.frame() === page.mainFrame()
}
