import type { Clock } from '../../base/clock.ts'
import { uniformAt } from '../../base/random.ts'
import type { FaultInjector } from './fault-injector.ts'
import { waitUntil } from './honest-wait.ts'
import { quantileOf } from './latency-law.ts'
import type { Reply } from './reply.ts'
import type { OperationPart, Route, RouteMatch } from './routes.ts'
import type { Stores } from './stores.ts'
import type { ComponentTime } from './truth.ts'

/** An operation that has run: its answer, whether that breaks off, and the time of its parts. */
export interface OperationRun {
  readonly reply: Reply
  readonly breaksOff: boolean
  readonly times: readonly ComponentTime[]
}

/** The dependencies of a bridge. */
export interface BridgeTools {
  readonly clock: Clock
  readonly seed: number
  readonly stores: Stores
  readonly faults: FaultInjector
}

/**
 * Runs operations part after part. How long the n-th run of an operation takes in each drawn part depends only on the
 * seed, the operation and n.
 */
export class Bridge {
  readonly #tools: BridgeTools
  readonly #runsOf = new Map<Route, number>()
  #runs = 0

  constructor(tools: BridgeTools) {
    this.#tools = tools
  }

  /** Runs one operation that was asked for at `seenMs`. */
  async run({ route, parameter }: RouteMatch, seenMs: number): Promise<OperationRun> {
    const { faults } = this.#tools
    const number = this.#runs++
    const runOfRoute = this.#runsOf.get(route) ?? 0
    this.#runsOf.set(route, runOfRoute + 1)
    const id = `${route.name}-${runOfRoute + 1}`
    faults.leak()

    const wholeMs = faults.wholeMsOf(number)
    const times =
      wholeMs === null ? await this.#runParts(route, runOfRoute, id) : await this.#waitWhole(seenMs, wholeMs)

    const errorStatus = faults.errorStatusOf(number)
    const reply =
      errorStatus === null
        ? route.answer({ id, parameter })
        : { status: errorStatus, value: { error: 'injected by /__faults', id } }
    return { reply, breaksOff: faults.breaksOff(number), times }
  }

  async #runParts(route: Route, runOfRoute: number, id: string): Promise<ComponentTime[]> {
    const { clock, seed, faults } = this.#tools
    const times: ComponentTime[] = []
    for (const part of route.parts) {
      const startMs = clock.nowMs()
      await this.#work(part, route, id)
      const spentMs =
        part.law === null
          ? clock.nowMs() - startMs
          : quantileOf(part.law, uniformAt(seed, part.key, runOfRoute))
      await waitUntil(clock, startMs + spentMs * faults.factorOf(part.component))
      times.push({ name: part.component, durationMs: clock.nowMs() - startMs })
    }
    return times
  }

  /** The real part of a component, where it has one. */
  async #work({ component }: OperationPart, route: Route, id: string): Promise<void> {
    const { stores, clock } = this.#tools
    if (component === 'filesystem') await stores.readDocument()
    else if (component === 'event-store')
      await stores.appendEvent({ id, operation: route.name, class: route.class, atMs: clock.wallMs() })
  }

  async #waitWhole(seenMs: number, wholeMs: number): Promise<ComponentTime[]> {
    const { clock } = this.#tools
    await waitUntil(clock, seenMs + wholeMs)
    return [{ name: 'operation', durationMs: clock.nowMs() - seenMs }]
  }
}
