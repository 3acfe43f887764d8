import { type Clock, createSystemClock } from '../../harness/base/clock.ts'
import { type DrivenExchange, type DriveOptions, drive } from '../../harness/contract/driven-exchange.ts'
import { aDriverContext } from '../../harness/contract/driver-context.ts'
import type { Answer, DriverContext, TargetDriver } from '../../harness/ports/target.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'

/** A driver of the plugin that is closed after the body. */
export async function withDriver(
  plugin: TargetPlugin,
  config: Readonly<Record<string, unknown>>,
  body: (driver: TargetDriver, clock: Clock) => Promise<void>,
  context: Partial<DriverContext> = {},
): Promise<void> {
  const clock = context.clock ?? createSystemClock()
  const driver = await plugin.createDriver(plugin.configSchema.parse(config), aDriverContext(clock, context))
  try {
    await body(driver, clock)
  } finally {
    await driver.close()
  }
}

/** The client that code journeys get, sending through the driver without an engine in between. */
export function clientOf<Client>(driver: TargetDriver, options?: DriveOptions): Client {
  return driver.createClient(async (request, { timeouts }) => {
    const settled = await drive(driver, request, { ...options, ...(timeouts && { timeouts }) })
    return answerOf(settled)
  }) as Client
}

function answerOf(exchange: DrivenExchange): Answer {
  return {
    ok: exchange.errorKind === 0,
    status: exchange.status,
    errorKind: exchange.kind,
    errorText: exchange.errorText,
    fail: () => undefined,
    header: (name) => exchange.header?.(name),
    text: () => exchange.text,
    json: () => JSON.parse(exchange.text),
  }
}
