/** The way of agents through repeats and conditions: which operation follows one that takes no time. */
import type { VariableLookup } from '../base/template.ts'
import type { FlowOp, JourneyProgram, Op, Program, RoundOp } from './program.ts'
import type { VariableStore } from './variables.ts'

/** Watches decisions: for trials, in which a person reads each. */
export interface FlowWatcher {
  /** @param answer `yes`, `no`, `round 2` or `over` */
  decided(question: string, answer: string): void
}

export interface FlowOptions {
  readonly program: Program
  /** The number of slots of the shard. */
  readonly agents: number
  readonly variables: VariableStore
  /** Is told which way agents go. Default: nobody. */
  readonly flowWatcher?: FlowWatcher
}

export class Flow {
  readonly #counts: Uint16Array
  /** The number of counts of an agent. */
  readonly #width: number
  readonly #variables: VariableStore
  readonly #watcher: FlowWatcher | null
  #agent = 0
  readonly #lookup: VariableLookup = (name) => this.#variables.get(this.#agent, name)

  private constructor({ agents, variables, flowWatcher }: FlowOptions, width: number) {
    this.#counts = new Uint16Array(agents * width)
    this.#width = width
    this.#variables = variables
    this.#watcher = flowWatcher ?? null
  }

  /** Returns null for a program whose journeys walk every step once, in order. */
  static of(options: FlowOptions): Flow | null {
    const { journeys, login } = options.program
    const slots = [...journeys, login].flatMap((journey) => journey?.flowSlots ?? [])
    return slots.length === 0 ? null : new Flow(options, Math.max(...slots))
  }

  /** Begins a journey: no round is done. */
  begin(agent: number): void {
    this.#counts.fill(0, agent * this.#width, (agent + 1) * this.#width)
  }

  /** Returns the operation that follows. @param index of the operation */
  next(agent: number, op: FlowOp, index: number): number {
    return this.#decide(agent, op, index, this.#watcher)
  }

  /** Returns the operation that would follow had the agent not given up: nobody knows how long a condition would have held. */
  nextAfterFailure(agent: number, op: FlowOp, index: number): number {
    return op.kind === 'round' && op.condition !== null ? op.exit : this.#decide(agent, op, index, null)
  }

  #decide(agent: number, op: FlowOp, index: number, watcher: FlowWatcher | null): number {
    if (op.kind === 'jump') return op.to
    if (op.kind === 'branch') {
      const isTaken = this.#holds(agent, op.condition)
      watcher?.decided(op.text, isTaken ? 'yes' : 'no')
      return isTaken ? index + 1 : op.otherwise
    }
    const place = agent * this.#width + op.slot
    const done = this.#counts[place] as number
    const goesOn = done < op.times && this.#hasAnotherRound(agent, op, done)
    this.#counts[place] = goesOn ? done + 1 : 0
    watcher?.decided(op.text, goesOn ? `round ${done + 1}` : 'over')
    return goesOn ? index + 1 : op.exit
  }

  #hasAnotherRound(agent: number, { condition, isAskedFirst }: RoundOp, done: number): boolean {
    return condition === null || (done === 0 && !isAskedFirst) || this.#holds(agent, condition)
  }

  #holds(agent: number, condition: (variables: VariableLookup) => boolean): boolean {
    this.#agent = agent
    return condition(this.#lookup)
  }
}

/** Tells whether an operation takes no time. */
export function isFlowOp(op: Op): op is FlowOp {
  return op.kind === 'round' || op.kind === 'branch' || op.kind === 'jump'
}

/** Tells whether a journey has repeats or conditions. */
export function hasFlow({ flowSlots }: JourneyProgram): boolean {
  return flowSlots !== null
}
