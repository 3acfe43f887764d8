import {
  anExchange,
  type DrivenExchange,
  type DriveOptions,
  driveStep,
} from '../../harness/contract/driven-exchange.ts'
import type { DriverContext, TargetDriver } from '../../harness/ports/target.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { withDriver } from './drive.ts'
import { until } from './until.ts'

type Request = Readonly<Record<string, unknown>>

/** A database under a driver. */
export interface SqlBench {
  readonly driver: TargetDriver
  ask(request: Request | string, options?: DriveOptions): Promise<DrivenExchange>
  /** Starts it, and resolves when it was sent. */
  begin(request: Request | string): Promise<DrivenExchange>
  /** The name of its status. */
  statusOf(exchange: DrivenExchange): string
  /** Kinds of the faults so far. */
  readonly faults: readonly string[]
}

/** Drives a plugin at a URL; a text stands for a query. */
export function benchAt(
  plugin: TargetPlugin,
  url: string,
  body: (bench: SqlBench) => Promise<void>,
  context: Partial<DriverContext> = {},
): Promise<void> {
  const faults: string[] = []
  const requestOf = (request: Request | string) =>
    plugin.requestSchema.parse(typeof request === 'string' ? { query: request } : request)
  return withDriver(
    plugin,
    { url },
    (driver) =>
      body({
        driver,
        faults,
        ask: (request, options) => driveStep(plugin, driver, requestOf(request), options),
        async begin(request) {
          const exchange = anExchange(driver.compile(requestOf(request), 'step'))
          driver.start(exchange)
          await until(() => exchange.sentMs > 0)
          return exchange
        },
        statusOf: ({ status }) => plugin.status.nameOf(status),
      }),
    { events: { measure: () => undefined, fault: (_step, kind) => faults.push(kind) }, ...context },
  )
}

/** Resolves when it has settled. */
export async function settled(exchange: DrivenExchange): Promise<DrivenExchange> {
  await until(() => exchange.settledCount > 0)
  return exchange
}
