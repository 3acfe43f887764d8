/** CPU of an operation: through a driver, and by a client library in a loop of its own, with so many under way at a time. */
import { createSystemClock } from '../../harness/base/clock.ts'
import { aDriverContext } from '../../harness/contract/driver-context.ts'
import { DEFAULT_TIMEOUTS } from '../../harness/model/plan.ts'
import type { Exchange, TargetDriver } from '../../harness/ports/target.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { type BenchRow, reportRows } from './report.ts'
import { inTurn, pairedRatio } from './rounds.ts'

const OPERATIONS = 20_000
const AT_ONCE = 20
/** Until both are compiled and optimised. */
const WARM_UP_ROUNDS = 4
const ROUNDS = 5
/** The bar of the contract: a driver costs at most this many times the library alone. */
const RATIO_MAX = 1.25

/** Does one operation in one of so many lanes. */
export type Operate = (lane: number) => Promise<void>

/** Creates a driver with as many agents as lanes. */
export function driverFor(plugin: TargetPlugin, config: Readonly<Record<string, unknown>>) {
  return plugin.createDriver(
    plugin.configSchema.parse(config),
    aDriverContext(createSystemClock(), { agents: AT_ONCE, connections: plugin.pool ?? null }),
  )
}

/** Operates through a driver, with one exchange a lane that is used again, as the engine has them. */
export function throughDriver(driver: TargetDriver, request: Readonly<Record<string, unknown>>): Operate {
  const compiled = driver.compile(request, 'bench')
  const lanes = Array.from({ length: AT_ONCE }, (_, agent) => new LaneExchange(agent, compiled))
  return (lane) => (lanes[lane] as LaneExchange).run(driver)
}

/** As little as an exchange can be. */
class LaneExchange implements Exchange {
  readonly agent: number
  readonly request: unknown
  readonly variables = () => undefined
  readonly timeouts = DEFAULT_TIMEOUTS
  readonly step = 'bench'
  readonly keepAnswer = false
  readonly intendedMs = 0
  connectMs = 0
  sentMs = 0
  firstByteMs = 0
  doneMs = 0
  ownWaitMs = 0
  traceNumber = 0
  status = 0
  bytesSent = 0
  bytesReceived = 0
  errorKind = 0
  errorText = ''
  header = null
  body = null
  items = 0
  acknowledged = true
  #resolve: () => void = nothing
  #reject: (error: Error) => void = nothing

  constructor(agent: number, request: unknown) {
    this.agent = agent
    this.request = request
  }

  run(driver: TargetDriver): Promise<void> {
    this.connectMs = 0
    this.sentMs = 0
    this.firstByteMs = 0
    this.items = 0
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      driver.start(this)
    })
  }

  measure(): void {
    // Nothing is recorded.
  }

  addComponent(): void {
    // Nothing is recorded.
  }

  settle(): void {
    if (this.errorKind === 0) this.#resolve()
    else this.#reject(new Error(this.errorText))
  }
}

function nothing(): void {
  // It has not begun.
}

/** Compares both, round by round, and prints the ratio. */
export async function compareWithLibrary(library: string, ours: Operate, bare: Operate): Promise<void> {
  const contestants = { ours, bare }
  await inTurn(['ours', 'bare'], WARM_UP_ROUNDS, (name) => cpuOf(contestants[name as 'ours' | 'bare']))
  const rounds = await inTurn(['ours', 'bare'], ROUNDS, (name) => cpuOf(contestants[name as 'ours' | 'bare']))
  const row: BenchRow = {
    work: `CPU of an operation, driver / ${library} alone`,
    bar: { atMost: RATIO_MAX },
    figure: pairedRatio(rounds, 'ours', 'bare'),
    unit: 'x',
    raw: Object.entries(rounds)
      .map(([name, figures]) => `${name} ${figures.map((us) => us.toFixed(1)).join(' ')} us`)
      .join('; '),
  }
  reportRows(`Cost of a target over ${library}`, [row])
}

/** Microseconds of CPU of this process for an operation. */
async function cpuOf(operate: Operate): Promise<number> {
  const before = process.cpuUsage()
  const lanes = Array.from({ length: AT_ONCE }, async (_, lane) => {
    for (let i = 0; i < OPERATIONS / AT_ONCE; i++) await operate(lane)
  })
  await Promise.all(lanes)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / OPERATIONS
}
