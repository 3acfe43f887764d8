/** The arguments of journey code: clients of the targets, the agent's random numbers and think time, its data. */
import { Template } from '../base/template.ts'
import { parseDurationRange } from '../base/units.ts'
import type { CodePort } from '../engine/code-port.ts'
import type { RequestOp, RetryOp } from '../engine/program.ts'
import type { VariableStore } from '../engine/variables.ts'
import { compileExpectations } from '../expectations/index.ts'
import { MAIN_TARGET, type MsRange, mockedNames, type RunPlan, type Timeouts } from '../model/plan.ts'
import type { AgentHandle, JourneyContext } from '../ports/journey.ts'
import type { PerformOptions, TargetDriver } from '../ports/target.ts'
import type { StatusLanguage } from '../ports/target-plugin.ts'
import { compileRetry, statusOf } from './compile-request.ts'
import type { Drivers } from './create-drivers.ts'

/** More step names (or think times) than this are made up from data, and not worth remembering. */
const KNOWN_STEPS_MAX = 500

/** The operations for requests of code to one target; most code repeats the same few steps. */
export class CodeOperations {
  readonly #driver: TargetDriver
  readonly #status: StatusLanguage
  readonly #timeouts: Timeouts
  readonly #retry: RetryOp | null
  readonly #known = new Map<string, RequestOp>()

  /** @param defaults of requests that state none */
  constructor(driver: TargetDriver, status: StatusLanguage, defaults: Pick<RunPlan, 'timeouts' | 'retry'>) {
    this.#driver = driver
    this.#status = status
    this.#timeouts = defaults.timeouts
    this.#retry = compileRetry(defaults.retry)
  }

  /** Returns the operation for the options. Validates nothing: the types did. */
  of(options: PerformOptions): RequestOp {
    const isPlain = options.expect === undefined && options.timeouts === undefined
    const known = isPlain ? this.#known.get(options.step) : undefined
    if (known !== undefined) return known
    const made = this.#make(options)
    if (isPlain && this.#known.size < KNOWN_STEPS_MAX) this.#known.set(options.step, made)
    return made
  }

  #make({ step, expect = {}, timeouts }: PerformOptions): RequestOp {
    const { judge, each } = compileExpectations(
      Object.entries(expect).map(([kind, value]) => ({ kind, value })),
      { status: this.#status, template: Template.ofCode },
    )
    return {
      kind: 'request',
      step,
      driver: this.#driver,
      request: null,
      timeouts: timeouts === undefined ? this.#timeouts : { ...this.#timeouts, ...timeouts },
      keepAnswer: true,
      component: null,
      judge,
      expectations: each,
      extract: null,
      retry: this.#retry,
      followUps: [],
    }
  }
}

/** The context that code journeys need besides their program. */
export interface ContextParts {
  readonly drivers: Drivers
  readonly variables: VariableStore
  readonly plan: Pick<RunPlan, 'targets' | 'timeouts' | 'retry' | 'mocked'>
  readonly setupValue: unknown
}

/** Creates the contexts of a shard's agents. */
export function createJourneyContexts(parts: ContextParts): (port: CodePort) => JourneyContext {
  const clients = [...parts.drivers].map(([name, driver]) => {
    const operations = new CodeOperations(driver, statusOf(parts.plan, name), parts.plan)
    const make = (port: CodePort) =>
      driver.createClient((request, options) => port.send(operations.of(options), request))
    return [name, make] as const
  })
  return (port) => new AgentContext(port, parts, clients)
}

type ClientMakers = readonly (readonly [name: string, make: (port: CodePort) => object])[]

/** The argument of one agent's code, for a session. There may be 100,000 of them, so parts are created on demand. */
class AgentContext implements JourneyContext {
  readonly agent: AgentHandle
  readonly #port: CodePort
  readonly #parts: ContextParts
  readonly #clients: ClientMakers
  #target: object | undefined
  #targets: Readonly<Record<string, object>> | undefined

  constructor(port: CodePort, parts: ContextParts, clients: ClientMakers) {
    this.agent = new CodeAgent(port, parts.variables)
    this.#port = port
    this.#parts = parts
    this.#clients = clients
  }

  get target(): object | undefined {
    this.#target ??= this.#clients.find(([name]) => name === MAIN_TARGET)?.[1](this.#port)
    return this.#target
  }

  get targets(): Readonly<Record<string, object>> {
    this.#targets ??= Object.fromEntries(this.#clients.map(([name, make]) => [name, make(this.#port)]))
    return this.#targets
  }

  get data(): JourneyContext['data'] {
    return this.#parts.variables.rows(this.#port.agent)
  }

  get setup(): unknown {
    return this.#parts.setupValue
  }

  get mocked(): readonly string[] {
    return mockedNames(this.#parts.plan)
  }
}

class CodeAgent implements AgentHandle {
  readonly #port: CodePort
  readonly #variables: VariableStore
  #random: AgentRandom | undefined
  #vars: Record<string, unknown> | undefined

  constructor(port: CodePort, variables: VariableStore) {
    this.#port = port
    this.#variables = variables
  }

  get id(): number {
    return this.#port.identity()
  }

  get random(): AgentHandle['random'] {
    this.#random ??= new AgentRandom(this.#port)
    return this.#random
  }

  get vars(): Record<string, unknown> {
    this.#vars ??= this.#variables.values(this.#port.agent)
    return this.#vars
  }

  think(time: string): Promise<void> {
    const { minMs, maxMs } = thinkTimeOf(time)
    return this.#port.think(minMs + this.#port.draw() * (maxMs - minMs))
  }

  check(name: string, condition: unknown): boolean {
    const hasPassed = Boolean(condition)
    this.#port.check(name, hasPassed)
    return hasPassed
  }
}

class AgentRandom {
  readonly #port: CodePort

  constructor(port: CodePort) {
    this.#port = port
  }

  float(): number {
    return this.#port.draw()
  }

  integer(low: number, high: number): number {
    return low + Math.floor(this.#port.draw() * (high - low + 1))
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)] as T
  }

  chance(probability: number): boolean {
    return this.#port.draw() < probability
  }
}

const thinkTimes = new Map<string, MsRange>()

/** Parses each text once, for all agents. @throws HarnessError for a text that is not a time */
function thinkTimeOf(text: string): MsRange {
  const known = thinkTimes.get(text)
  if (known !== undefined) return known
  const range = parseDurationRange(text)
  if (thinkTimes.size < KNOWN_STEPS_MAX) thinkTimes.set(text, range)
  return range
}
