/** Exchanges that are driven without an engine, and remember what a driver did with them. */
import { lookUp } from '../base/names.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import type { Timeouts } from '../model/plan.ts'
import { type Exchange, type TargetDriver, UNSTARTED } from '../ports/target.ts'
import type { TargetPlugin } from '../ports/target-plugin.ts'

/** An exchange that remembers what a driver did with it. */
export interface DrivenExchange extends Exchange {
  settledCount: number
  readonly components: (readonly [name: string, durationMs: number])[]
  /** Values of measures as they were recorded. */
  readonly measured: (readonly [name: string, value: number])[]
  /** Name of the error kind. */
  readonly kind: string
  readonly text: string
}

/** Limits that a request on a busy machine does not come to: a law names the one it is about. */
const NO_HURRY: Timeouts = { connectMs: 300_000, firstByteMs: 300_000, totalMs: 300_000 }

export interface DriveOptions {
  readonly agent?: number
  /** Default: limits that no request comes to. */
  readonly timeouts?: Partial<Timeouts>
  readonly keepAnswer?: boolean
  readonly variables?: Readonly<Record<string, string>>
  readonly intendedMs?: number
}

/** An exchange that nobody has started; `settled` is called each time it settles. */
export function anExchange(
  request: unknown,
  options: DriveOptions = {},
  settled: (exchange: DrivenExchange) => void = () => undefined,
): DrivenExchange {
  const { agent = 0, timeouts = {}, keepAnswer = true, variables = {}, intendedMs = 0 } = options
  const exchange: DrivenExchange = {
    agent,
    request,
    variables: (name) => lookUp(variables, name),
    timeouts: { ...NO_HURRY, ...timeouts },
    keepAnswer,
    step: 'step',
    intendedMs,
    ...UNSTARTED,
    measured: [],
    measure: (measure, value) => exchange.measured.push([measure.name, value]),
    components: [],
    addComponent: (name, durationMs) => exchange.components.push([name, durationMs]),
    settledCount: 0,
    settle() {
      exchange.settledCount++
      settled(exchange)
    },
    get kind() {
      return ERROR_KINDS[exchange.errorKind] ?? '?'
    },
    get text() {
      return exchange.body?.toString('utf8') ?? ''
    },
  }
  return exchange
}

/** Starts a compiled request and waits until it has settled. */
export function drive(
  driver: TargetDriver,
  request: unknown,
  options?: DriveOptions,
): Promise<DrivenExchange> {
  return new Promise((resolve, reject) => {
    let isStarting = true
    const exchange = anExchange(request, options, (settled) => {
      if (isStarting) reject(new Error('settled inside start'))
      if (settled.settledCount > 1) reject(new Error('settled twice'))
      resolve(settled)
    })
    driver.start(exchange)
    isStarting = false
  })
}

/** Compiles a request as steps write it, and drives it. */
export function driveStep(
  plugin: TargetPlugin,
  driver: TargetDriver,
  request: Readonly<Record<string, unknown>>,
  options?: DriveOptions,
): Promise<DrivenExchange> {
  return drive(driver, driver.compile(plugin.requestSchema.parse(request), 'step'), options)
}
