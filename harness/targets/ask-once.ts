/** One request beside any run, by a driver of its own: for probes. */
import type { Clock } from '../base/clock.ts'
import type { Timeouts } from '../model/plan.ts'
import { type DriverContext, type Exchange, type TargetDriver, UNSTARTED } from '../ports/target.ts'

/** Parts of a request that is sent alone. */
export interface LoneRequest {
  readonly createDriver: (context: DriverContext) => TargetDriver | Promise<TargetDriver>
  /** As the plugin's `requestSchema` takes it. */
  readonly request: Readonly<Record<string, unknown>>
  readonly timeouts: Timeouts
  readonly clock: Clock
}

/** Sends the request and resolves with its settled exchange; the driver is closed by then. @throws whatever creating a driver throws */
export async function askOnce({ createDriver, request, timeouts, clock }: LoneRequest): Promise<Exchange> {
  const driver = await createDriver({
    clock,
    agents: 1,
    connections: 1,
    connectionsPerAgent: 1,
    defaultTimeouts: timeouts,
    seed: 0,
    place: { target: 'main', runId: 'none', shard: 0, shardCount: 1 },
    events: { measure: nothing, fault: nothing },
    allowCommands: [],
    channel: null,
    provisioned: {},
    shared: new Map(),
    tracing: null,
    secrets: {},
    code: () => undefined,
  })
  try {
    await driver.ready?.()
    const compiled = driver.compile(request, 'probe')
    return await new Promise<Exchange>((resolve) => {
      driver.start(loneExchange(compiled, timeouts, clock.nowMs(), resolve))
    })
  } finally {
    await driver.close()
  }
}

function loneExchange(
  request: unknown,
  timeouts: Timeouts,
  intendedMs: number,
  settled: (exchange: Exchange) => void,
): Exchange {
  const exchange: Exchange = {
    agent: 0,
    request,
    // Secrets are for the run; whoever answers without them is there too.
    variables: () => '',
    timeouts,
    keepAnswer: false,
    step: 'probe',
    intendedMs,
    ...UNSTARTED,
    measure: nothing,
    addComponent: nothing,
    settle: () => settled(exchange),
  }
  return exchange
}

function nothing(): void {
  // No run records it.
}
