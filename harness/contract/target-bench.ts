/** The bench of the laws of targets: a live target, its driver, and ways to ask it. */

import { getActiveResourcesInfo as activeResources } from 'node:process'
import { createSystemClock, sleep } from '../base/clock.ts'
import type { DriverContext, TargetDriver } from '../ports/target.ts'
import { anExchange, type DrivenExchange, type DriveOptions, driveStep } from './driven-exchange.ts'
import { aDriverContext } from './driver-context.ts'
import type { LiveTarget, Request, TargetCase } from './target-case.ts'

/** A request under way. */
interface Running {
  readonly exchange: DrivenExchange
  readonly settled: Promise<DrivenExchange>
}

/** A live target, its driver, and ways to ask it. */
export interface Bench extends LiveTarget {
  readonly driver: TargetDriver
  ask(request: Request, options?: DriveOptions): Promise<DrivenExchange>
  start(request: Request, options?: DriveOptions): Running
}

/** Gives a bench to the body of a law. */
export interface TargetBench {
  withBench(body: (bench: Bench) => Promise<void>, context?: Partial<DriverContext>): Promise<void>
}

export const AGENTS = 10
export const clock = createSystemClock()

/** Lets the event loop turn so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => clock.soon(resolve))
}

/** Looks every few milliseconds until it is so. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(clock, 10)
}

/** Counts the sockets, servers and timers of this process. */
export function openResources(): number {
  return activeResources().filter((name) => /Wrap$|Timeout/.test(name)).length
}

/** For what a target has stated and does not bring. */
export function absent(): never {
  throw new Error('the case states a capability that its target does not bring')
}

export function createBench({ plugin, withTarget }: TargetCase): TargetBench {
  function start(driver: TargetDriver, request: Request, options?: DriveOptions): Running {
    let settle: (exchange: DrivenExchange) => void = () => undefined
    const settled = new Promise<DrivenExchange>((resolve) => {
      settle = resolve
    })
    const exchange = anExchange(driver.compile(plugin.requestSchema.parse(request), 'step'), options, settle)
    driver.start(exchange)
    return { exchange, settled }
  }
  return {
    withBench: (body, context = {}) =>
      withTarget(async (target) => {
        const { code = () => undefined, allowCommands = [] } = target
        const driver = await plugin.createDriver(
          target.config,
          aDriverContext(clock, { agents: AGENTS, code, allowCommands, ...context }),
        )
        try {
          await body({
            ...target,
            driver,
            ask: (request, options) => driveStep(plugin, driver, request, options),
            start: (request, options) => start(driver, request, options),
          })
        } finally {
          await driver.close()
        }
      }),
  }
}
