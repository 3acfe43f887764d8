import { type Clock, createSystemClock } from '../../harness/base/clock.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import { DEFAULT_TIMEOUTS, type Timeouts } from '../../harness/model/plan.ts'
import type {
  Answer,
  DriverContext,
  Exchange,
  TargetDriver,
  TargetPlugin,
} from '../../harness/ports/target.ts'

/** An exchange that remembers what a driver did with it. */
export interface DrivenExchange extends Exchange {
  settledCount: number
  readonly components: (readonly [name: string, durationMs: number])[]
  /** Name of the error kind. */
  readonly kind: string
  readonly text: string
}

export interface DriveOptions {
  readonly agent?: number
  readonly timeouts?: Partial<Timeouts>
  readonly keepAnswer?: boolean
  readonly variables?: Readonly<Record<string, string>>
}

/** An exchange that nobody has started; `settled` is called each time it settles. */
export function anExchange(
  request: unknown,
  options: DriveOptions = {},
  settled: (exchange: DrivenExchange) => void = () => undefined,
): DrivenExchange {
  const { agent = 0, timeouts = {}, keepAnswer = true, variables = {} } = options
  const exchange: DrivenExchange = {
    agent,
    request,
    variables: (name) => variables[name],
    timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
    keepAnswer,
    sentMs: 0,
    firstByteMs: 0,
    doneMs: 0,
    traceNumber: 0,
    status: 0,
    bytesSent: 0,
    bytesReceived: 0,
    errorKind: 0,
    errorText: '',
    header: null,
    body: null,
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
  return drive(driver, driver.compile(plugin.requestSchema.parse(request)), options)
}

/** A driver of the plugin that is closed after the body. */
export async function withDriver(
  plugin: TargetPlugin,
  config: Readonly<Record<string, unknown>>,
  body: (driver: TargetDriver, clock: Clock) => Promise<void>,
  context: Partial<DriverContext> = {},
): Promise<void> {
  const clock = context.clock ?? createSystemClock()
  const driver = plugin.createDriver(plugin.configSchema.parse(config), {
    clock,
    agents: 4,
    connections: null,
    shared: new Map(),
    defaultTimeouts: DEFAULT_TIMEOUTS,
    tracing: null,
    code: () => undefined,
    ...context,
  })
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
    header: (name) => exchange.header?.(name),
    text: () => exchange.text,
    json: () => JSON.parse(exchange.text),
  }
}
