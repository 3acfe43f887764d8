/** Keeps what a plugin from outside throws from ending its shard at once: the request fails, and the run says so. */
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { formatDurationMs } from '../base/units.ts'
import { pluginHeldLoop, pluginThrew, type RunPlan } from '../model/plan.ts'
import { putError } from '../ports/exchange-error.ts'
import type { DriverStats, Exchange, TargetDriver } from '../ports/target.ts'
import type { Drivers } from './create-drivers.ts'

/** So many throws in so short a time end the shard. */
const THROWS_MAX = 3
const WITHIN_MS = 1_000
/** A driver that takes longer to start a request makes all others late. */
const START_MS_MAX = 50
const NO_STATS: DriverStats = { openConnections: 0, waiting: 0 }

/** Guards the drivers of plugins from outside; ours are left as they are. @param tell takes errors, for the record: the first is kept */
export function guardPlugins(
  { targets, plugins = [] }: Pick<RunPlan, 'targets' | 'plugins'>,
  drivers: Drivers,
  clock: Clock,
  tell: (message: string) => void,
): void {
  for (const [name, driver] of drivers) {
    const kind = lookUp(targets, name)?.plugin ?? ''
    const plugin = plugins.find(({ provides }) => lookUp(provides, 'targets')?.includes(kind))
    if (plugin !== undefined) new PluginGuard(plugin.name, clock, tell).guard(driver)
  }
}

class PluginGuard {
  readonly #plugin: string
  readonly #clock: Clock
  readonly #tell: (message: string) => void
  readonly #thrownMs: number[] = []

  constructor(plugin: string, clock: Clock, tell: (message: string) => void) {
    this.#plugin = plugin
    this.#clock = clock
    this.#tell = tell
  }

  guard(driver: TargetDriver): void {
    const start = driver.start.bind(driver)
    const abort = driver.abort.bind(driver)
    const endSession = driver.endSession.bind(driver)
    const stats = driver.stats.bind(driver)
    const close = driver.close.bind(driver)
    const quiesce = driver.quiesce?.bind(driver)
    driver.start = (exchange) =>
      this.#try(() => this.#timed(() => start(exchange)), {
        failed: (message) => this.#fail(exchange, message),
      })
    // The deadline of the exchange is its driver's, which may be gone with what it threw: it ends here.
    driver.abort = (exchange) =>
      this.#try(() => abort(exchange), { failed: (message) => this.#fail(exchange, message) })
    driver.endSession = (agent) => this.#try(() => endSession(agent), {})
    driver.stats = () => {
      let found = NO_STATS
      this.#try(() => {
        found = stats()
      }, {})
      return found
    }
    if (quiesce !== undefined) driver.quiesce = (deadlineMs) => this.#settled(() => quiesce(deadlineMs))
    driver.close = () => this.#settled(close)
  }

  #try(run: () => void, { failed }: { failed?: (message: string) => void }): void {
    try {
      run()
    } catch (error) {
      const message = this.#told(error)
      this.#count(message, error)
      failed?.(message)
    }
  }

  /** Waits for what comes after the load. */
  async #settled(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      // What was measured stays measured.
      this.#told(error)
    }
  }

  #told(error: unknown): string {
    const message = pluginThrew(this.#plugin, messageOf(error))
    this.#tell(message)
    return message
  }

  /** @throws Error the third time within a second */
  #count(message: string, cause: unknown): void {
    const thrown = this.#thrownMs
    thrown.push(this.#clock.nowMs())
    const before = thrown[thrown.length - THROWS_MAX]
    if (before !== undefined && this.#clock.nowMs() - before <= WITHIN_MS)
      throw new Error(`${message}: ${THROWS_MAX} times within a second`, { cause })
  }

  #timed(run: () => void): void {
    const fromMs = this.#clock.nowMs()
    run()
    const tookMs = this.#clock.nowMs() - fromMs
    if (tookMs > START_MS_MAX) this.#tell(pluginHeldLoop(this.#plugin, formatDurationMs(Math.round(tookMs))))
  }

  #fail(exchange: Exchange, message: string): void {
    this.#clock.soon(() => {
      exchange.doneMs = this.#clock.nowMs()
      putError(exchange, 'code', message)
      exchange.settle()
    })
  }
}
