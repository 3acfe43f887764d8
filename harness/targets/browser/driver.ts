/** Acts of agents in pages of one browser process, which the shard has for itself. */
import { type Browser, chromium } from 'playwright-core'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { Template } from '../../base/template.ts'
import type {
  DriverContext,
  DriverStats,
  Exchange,
  Perform,
  SentAs,
  TargetDriver,
} from '../../ports/target.ts'
import { Deadlines } from '../deadlines.ts'
import { parseEndpoint } from '../http/endpoint.ts'
import { Slots } from '../slots.ts'
import { type Act, compileAct } from './acts.ts'
import { BrowserClient } from './client.ts'
import { findChromium } from './find-chromium.ts'
import { RunningAct } from './running-act.ts'
import { type BrowserConfig, browserRequestSchema } from './schema.ts'
import { BrowserSession } from './session.ts'

export class BrowserDriver implements TargetDriver {
  readonly #config: BrowserConfig
  readonly #context: DriverContext
  readonly #origin: string
  readonly #deadlines: Deadlines
  readonly #running = new Slots<RunningAct>()
  readonly #sessions = new Map<number, Promise<BrowserSession>>()
  readonly #closing = new Set<Promise<void>>()
  #browser: Promise<Browser> | null = null

  constructor(config: BrowserConfig, context: DriverContext) {
    this.#config = config
    this.#context = context
    this.#origin = new URL(config.url).origin
    this.#deadlines = new Deadlines(context.clock, (slot) => this.#running.get(slot)?.expire())
  }

  compile(request: Readonly<Record<string, unknown>>): Act {
    return compileAct(browserRequestSchema.parse(request), this.#origin, Template.parse)
  }

  async ready(): Promise<void> {
    await this.#openBrowser()
  }

  start(exchange: Exchange): void {
    const { clock } = this.#context
    const act = this.#running.add(
      (slot) =>
        new RunningAct(exchange, {
          nowMs: () => clock.nowMs(),
          session: () => this.#sessionOf(exchange.agent),
          giveUpPage: () => this.#giveUpPage(exchange.agent),
          ended: () => {
            this.#deadlines.clear(slot)
            this.#running.remove(slot)
          },
          limitAt: (atMs) => this.#deadlines.set(slot, atMs),
        }),
    )
    void act.run()
  }

  abort(exchange: Exchange): void {
    for (const act of this.#running)
      if (act.exchange === exchange) this.#context.clock.soon(() => act.abort())
  }

  endSession(agent: number): void {
    const session = this.#sessions.get(agent)
    if (session === undefined) return
    this.#sessions.delete(agent)
    const closing = session.then(
      (open) => open.close(),
      () => undefined,
    )
    this.#closing.add(closing)
    void closing.then(() => this.#closing.delete(closing))
  }

  createClient(perform: Perform): BrowserClient {
    return new BrowserClient(perform, this.#origin)
  }

  sentAs({ request, variables }: Exchange): SentAs | null {
    const [method = '', ...url] = (request as Act).textOf(variables).split(' ')
    return { method, url: url.join(' ') }
  }

  stats(): DriverStats {
    return { openConnections: 0, waiting: 0 }
  }

  /** The figures of pages that are open still are recorded: the load is over, and they are final. */
  async quiesce(): Promise<void> {
    for (const agent of [...this.#sessions.keys()]) this.endSession(agent)
    await Promise.all(this.#closing)
  }

  async close(): Promise<void> {
    this.#deadlines.stop()
    for (const act of this.#running) act.abort()
    await this.quiesce()
    await (await this.#browser?.catch(() => null))?.close()
  }

  #sessionOf(agent: number): Promise<BrowserSession> {
    const known = this.#sessions.get(agent)
    if (known !== undefined) return known
    const opening = this.#openBrowser().then((browser) =>
      BrowserSession.open(browser, this.#config, this.#context.events),
    )
    this.#sessions.set(agent, opening)
    // The next act of the agent tries again.
    opening.catch(() => this.#sessions.delete(agent))
    return opening
  }

  #giveUpPage(agent: number): void {
    this.#sessions.get(agent)?.then(
      (session) => session.giveUpPage(),
      () => undefined,
    )
  }

  #openBrowser(): Promise<Browser> {
    this.#browser ??= this.#launch().catch((error) => {
      this.#browser = null
      throw error
    })
    return this.#browser
  }

  async #launch(): Promise<Browser> {
    const { executable = findChromium(), sandbox = process.getuid?.() !== 0 } = this.#config
    if (executable === null)
      throw new HarnessError('TARGET_UNREACHABLE', 'there is no chromium for the browser target', {
        hint: 'Install it (apt-get install chromium), or name a browser by config.executable.',
      })
    try {
      const browser = await chromium.launch({
        executablePath: executable,
        chromiumSandbox: sandbox,
        args: ['--disable-dev-shm-usage', `--host-resolver-rules=${this.#hostRules()}`],
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      })
      browser.on('disconnected', () => {
        this.#browser = null
        this.#sessions.clear()
      })
      return browser
    } catch (cause) {
      throw new HarnessError(
        'TARGET_UNREACHABLE',
        `the browser ${executable} does not start: ${messageOf(cause)}`,
        {
          cause,
          hint: 'Try it by hand with --headless, or set config.sandbox: false in a container.',
        },
      )
    }
  }

  /** Pages cannot reach any host that the scenario does not name. */
  #hostRules(): string {
    const { url, hosts } = this.#config
    const allowed = [parseEndpoint(url).host, ...hosts]
    return ['MAP * ~NOTFOUND', ...allowed.map((host) => `EXCLUDE ${host}`)].join(', ')
  }
}
