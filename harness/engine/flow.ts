/**
 * The way of agents through steps that hold others: which operation follows one that takes no time, when a pace lets an agent go on,
 * and how long a group of steps took.
 */
import type { VariableLookup } from '../base/template.ts'
import type { AgentTable } from './agents.ts'
import type { FlowOp, GroupOp, JourneyProgram, Op, PaceOp, Program, RoundOp } from './program.ts'
import type { Recorder } from './recorder.ts'
import type { Requests } from './requests.ts'
import type { VariableStore } from './variables.ts'

/** The number of operations that an agent passes without a wait; then the others have their turn. */
const PASSED_MAX = 1_000

/** Watches decisions: for trials, in which a person reads each. */
export interface FlowWatcher {
  /** @param answer `yes`, `no`, `round 2` or `over` */
  decided(question: string, answer: string): void
}

export interface FlowOptions {
  readonly program: Program
  readonly agents: AgentTable
  readonly variables: VariableStore
  readonly recorder: Recorder
  readonly requests: Pick<Requests, 'isTimedSince'>
  /** Is told which way agents go; undefined: nobody. */
  readonly watcher: FlowWatcher | undefined
}

export class Flow {
  readonly #options: FlowOptions
  /** The rounds that have begun, by agent and repeat. */
  readonly #rounds: Uint16Array
  readonly #repeats: number
  /** The intended starts of groups by agent, 0 for one that is not open, and the pauses of the journey before them. */
  readonly #began: Float64Array
  readonly #pausedBefore: Float64Array
  readonly #groups: number
  /** The pauses of the agent's own in the journey, ms. */
  readonly #pausedMs: Float64Array
  /** The instants at which the agent passed each pace; 0 = not in this session. */
  readonly #passed: Float64Array
  #agent = 0
  readonly #lookup: VariableLookup = (name) => this.#options.variables.get(this.#agent, name)

  private constructor(options: FlowOptions) {
    const { program, agents } = options
    const shapes = [...program.journeys, program.login].flatMap((journey) => journey?.flow ?? [])
    this.#options = options
    this.#repeats = Math.max(...shapes.map(({ repeats }) => repeats))
    this.#groups = Math.max(...shapes.map(({ groups }) => groups.length))
    this.#rounds = new Uint16Array(agents.size * this.#repeats)
    this.#began = new Float64Array(agents.size * this.#groups)
    this.#pausedBefore = new Float64Array(agents.size * this.#groups)
    this.#pausedMs = new Float64Array(agents.size)
    this.#passed = new Float64Array(agents.size * program.paces)
  }

  /** Returns null for a program whose journeys walk every step once, in order. */
  static of(options: FlowOptions): Flow | null {
    const { journeys, login } = options.program
    return [...journeys, login].some((journey) => journey !== null && hasFlow(journey))
      ? new Flow(options)
      : null
  }

  /** Begins a journey: no round is done, no group is open. */
  begin(agent: number): void {
    this.#rounds.fill(0, agent * this.#repeats, (agent + 1) * this.#repeats)
    this.#began.fill(0, agent * this.#groups, (agent + 1) * this.#groups)
    this.#pausedMs[agent] = 0
  }

  /** Forgets when an agent passed its paces. */
  endSession(agent: number): void {
    const { paces } = this.#options.program
    this.#passed.fill(0, agent * paces, (agent + 1) * paces)
  }

  /** Takes note of a pause of the agent's own: its groups are not longer for it. */
  pause(agent: number, durationMs: number): void {
    this.#pausedMs[agent] = (this.#pausedMs[agent] as number) + durationMs
  }

  /**
   * Passes the operations that take no time; returns the next one that does, or one of them after so many that others have their turn
   * first. @param step index of the operation that is next @param atMs the instant at which the agent is there
   */
  pass(agent: number, ops: readonly Op[], step: number, atMs: number): number {
    let next = step
    let op = ops[next]
    for (let passed = 0; op !== undefined && isFlowOp(op) && passed < PASSED_MAX; passed++) {
      next = this.#next(agent, op, next, atMs)
      op = ops[next]
    }
    return next
  }

  #next(agent: number, op: FlowOp, index: number, atMs: number): number {
    if (isGroupOp(op)) {
      if (op.kind === 'group-begin') this.#open(agent, op, atMs)
      else this.#close(agent, op.slot, atMs, false)
      return index + 1
    }
    return this.#decide(agent, op, index, this.#options.watcher)
  }

  /** Returns the operation that would follow had the agent not given up: nobody knows how long a condition would have held. */
  nextAfterFailure(agent: number, op: FlowOp, index: number): number {
    if (isGroupOp(op)) return index + 1
    return op.kind === 'round' && op.condition !== null ? op.exit : this.#decide(agent, op, index, undefined)
  }

  /** Returns the instant at which a pace lets an agent go on that has come at another, and keeps it. */
  passPace(agent: number, { slot, everyMs }: PaceOp, atMs: number): number {
    const place = agent * this.#options.program.paces + slot
    const passedMs = this.#passed[place] as number
    const dueMs = passedMs === 0 ? atMs : Math.max(atMs, passedMs + everyMs)
    this.#passed[place] = dueMs
    return dueMs
  }

  /** Ends the open groups of an agent whose journey a failure ends. */
  giveUp(agent: number, atMs: number): void {
    for (let slot = 0; slot < this.#groups; slot++) this.#close(agent, slot, atMs, true)
  }

  #open(agent: number, { slot }: GroupOp, atMs: number): void {
    const place = agent * this.#groups + slot
    this.#began[place] = atMs
    this.#pausedBefore[place] = this.#pausedMs[agent] as number
  }

  #close(agent: number, slot: number, atMs: number, hasFailed: boolean): void {
    const place = agent * this.#groups + slot
    const beganMs = this.#began[place] as number
    if (beganMs === 0) return
    this.#began[place] = 0
    const { recorder, requests, agents } = this.#options
    const pausedMs = (this.#pausedMs[agent] as number) - (this.#pausedBefore[place] as number)
    const name = this.#groupNames(agent)[slot]
    if (name !== undefined && requests.isTimedSince(beganMs))
      recorder.recordGroup(name, beganMs, agents.place(agent), hasFailed, atMs - beganMs - pausedMs)
  }

  #groupNames(agent: number): readonly string[] {
    const { program, agents } = this.#options
    // The index of the login is -1.
    return (program.journeys[agents.journey[agent] as number] ?? program.login)?.flow?.groups ?? []
  }

  #decide(
    agent: number,
    op: Exclude<FlowOp, GroupOp>,
    index: number,
    watcher: FlowWatcher | undefined,
  ): number {
    if (op.kind === 'jump') return op.to
    if (op.kind === 'branch') {
      const isTaken = this.#holds(agent, op.condition)
      watcher?.decided(op.text, isTaken ? 'yes' : 'no')
      return isTaken ? index + 1 : op.otherwise
    }
    const place = agent * this.#repeats + op.slot
    const done = this.#rounds[place] as number
    const goesOn = done < op.times && this.#hasAnotherRound(agent, op, done)
    this.#rounds[place] = goesOn ? done + 1 : 0
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

function isGroupOp(op: FlowOp): op is GroupOp {
  return op.kind === 'group-begin' || op.kind === 'group-end'
}

/** Tells whether an operation takes no time. */
export function isFlowOp(op: Op): op is FlowOp {
  return FLOW_KINDS.has(op.kind)
}

const FLOW_KINDS: ReadonlySet<string> = new Set(['round', 'branch', 'jump', 'group-begin', 'group-end'])

/** Tells whether a journey has more than requests and think time. */
export function hasFlow({ flow }: JourneyProgram): boolean {
  return flow !== null
}
