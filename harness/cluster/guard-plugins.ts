/** Keeps what a plugin from outside throws from ending its shard at once: the request fails, and the run says so. */
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { ERROR_KIND_INDEX } from '../model/outcome.ts'
import { pluginThrew, type RunPlan } from '../model/plan.ts'
import type { Exchange, TargetDriver } from '../ports/target.ts'
import type { Drivers } from './compile-program.ts'

/** So many throws in so short a time end the shard. */
const THROWS_MAX = 3
const WITHIN_MS = 1_000

/** Guards the drivers of plugins from outside; ours are left as they are. @param tell takes the first error, for the record */
export function guardPlugins(
  { targets, plugins = [] }: Pick<RunPlan, 'targets' | 'plugins'>,
  drivers: Drivers,
  clock: Clock,
  tell: (message: string) => void,
): void {
  for (const [name, driver] of drivers) {
    const kind = lookUp(targets, name)?.plugin ?? ''
    const plugin = plugins.find(({ provides }) => lookUp(provides, 'targets')?.includes(kind))
    if (plugin !== undefined) guardDriver(driver, plugin.name, clock, tell)
  }
}

function guardDriver(
  driver: TargetDriver,
  plugin: string,
  clock: Clock,
  tell: (message: string) => void,
): void {
  const start = driver.start.bind(driver)
  const thrownMs: number[] = []
  driver.start = (exchange) => {
    try {
      start(exchange)
    } catch (error) {
      const message = pluginThrew(plugin, messageOf(error))
      tell(message)
      thrownMs.push(clock.nowMs())
      const before = thrownMs[thrownMs.length - THROWS_MAX]
      if (before !== undefined && clock.nowMs() - before <= WITHIN_MS)
        throw new Error(`${message}: ${THROWS_MAX} times within a second`, { cause: error })
      clock.soon(() => settleAsCode(exchange, message, clock))
    }
  }
}

function settleAsCode(exchange: Exchange, message: string, clock: Clock): void {
  exchange.doneMs = clock.nowMs()
  exchange.errorKind = ERROR_KIND_INDEX.code
  exchange.errorText = message
  exchange.settle()
}
