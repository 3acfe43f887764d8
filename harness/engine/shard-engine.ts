/**
 * One shard: starts agents at their intended instants and keeps them walking until the plan ends.
 *
 * The loop is driven by a 1 ms timer (`precision: high`: by every turn of the loop) and, for free, by every answer. A
 * late turn makes late starts, which are measured, and the plan is never re-based: what fell due in a pause starts with
 * its own instants, in turns short enough for I/O in between. Each workload has agents of its own
 * (`loads.ts`): who starts is the dispatch's to say (`open-dispatch.ts`, `closed-dispatch.ts`), what follows a journey that of
 * `sessions.ts`.
 *
 * Conservation: planned = started + dropped + cancelled at the end of every run.
 */
import type { CancelTimer, Clock } from '../base/clock.ts'
import { LOOP_STALL_MS } from '../model/generator-limits.ts'
import { ERROR_KIND_INDEX } from '../model/outcome.ts'
import type { RunPlan } from '../model/plan.ts'
import { AgentTable } from './agents.ts'
import { CodeAgents } from './code-agents.ts'
import type { CreateContext } from './code-port.ts'
import { CodeRequests } from './code-requests.ts'
import type { WorkloadShare } from './dispatch.ts'
import { everyTurn } from './every-turn.ts'
import { PooledExchange } from './exchange.ts'
import { ExchangePool } from './exchange-pool.ts'
import { Flow, type FlowWatcher } from './flow.ts'
import { Loads } from './loads.ts'
import { LoopTurn } from './loop-turn.ts'
import { sendsAtOnce } from './parallel-requests.ts'
import type { Program } from './program.ts'
import type { Recorder } from './recorder.ts'
import { Rendezvous } from './rendezvous.ts'
import { Requests, type RequestsOptions } from './requests.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'
import { TimingWheel } from './timing-wheel.ts'
import type { VariableStore } from './variables.ts'
import { Walker } from './walker.ts'
import type { WalkerOwner } from './walker-options.ts'

const TICK_MS = 1
/** Time after the deadline of the drain in which code may still settle. */
const CODE_GRACE_MS = 1000

export interface ShardEngineOptions {
  readonly plan: RunPlan
  readonly program: Program
  /** The share of each workload, in the order of the plan. */
  readonly shares: readonly WorkloadShare[]
  readonly recorder: Recorder
  readonly counters: Float64Array
  readonly variables: VariableStore
  /** Makes what code journeys are called with; null: no journey is code. */
  readonly createContext: CreateContext | null
  readonly clock: Clock
  /** The run start in this thread's milliseconds. */
  readonly startMs: number
  /** Called with the first failure of user code. */
  readonly onCodeError: (message: string) => void
  /** Called when the numbers of iterations have ended the load before its time. @param atMs ms since run start */
  readonly onSpent?: (atMs: number) => void
  /** Creates requests that are watched. Default: that nobody watches. */
  readonly createRequests?: (options: RequestsOptions) => Requests
  readonly flowWatcher?: FlowWatcher
}

export class ShardEngine implements WalkerOwner {
  readonly #options: ShardEngineOptions
  readonly #counters: Float64Array
  readonly #turn: LoopTurn
  readonly #wheel: TimingWheel
  readonly #requests: Requests
  readonly #walker: Walker
  readonly #codeAgents: CodeAgents | null
  readonly #codeRequests: CodeRequests | null
  readonly #rendezvous: Rendezvous | null
  readonly #loads: Loads
  readonly #endMs: number
  #isStopping = false
  #cancelTick: CancelTimer = () => undefined
  #finish: () => void = () => undefined
  #deadlineMs = Number.POSITIVE_INFINITY
  #isCutShort = false

  constructor(options: ShardEngineOptions) {
    const { plan, program, recorder, counters, variables, createContext, clock, startMs } = options
    this.#options = options
    this.#counters = counters
    this.#endMs = startMs + plan.durationMs
    const agents = new AgentTable(
      plan.seed,
      options.shares.map(({ slots, workload: { regions } }) => ({ slots, regions })),
    )
    const wheel = new TimingWheel(agents.size, startMs)
    const turn = new LoopTurn(clock, counters, startMs)
    const pool = this.#createPool(agents)
    const { createRequests = (given) => new Requests(given) } = options
    this.#requests = createRequests({ agents, pool, recorder, counters, variables, startMs })
    const codeRequests =
      createContext === null && !sendsAtOnce(program)
        ? null
        : new CodeRequests(agents, this.#requests, turn, startMs)
    const codeAgents =
      createContext === null || codeRequests === null
        ? null
        : new CodeAgents({
            createContext,
            agents,
            wheel,
            recorder,
            counters,
            clock,
            requests: codeRequests,
            onEnded: (agent, atMs, completed) => this.#loads.journeyEnded(agent, atMs, completed),
            onError: options.onCodeError,
          })
    const parts = { program, agents, wheel, counters, clock, variables, requests: this.#requests }
    const flow = Flow.of({ ...parts, recorder, watcher: options.flowWatcher })
    const shared = { ...parts, codeAgents, flow }
    this.#rendezvous = Rendezvous.of({ program, plan, agents: agents.size, recorder }, (...wait) =>
      this.#walker.leaveRendezvous(...wait),
    )
    this.#walker = new Walker({ ...shared, codeRequests, owner: this, rendezvous: this.#rendezvous })
    this.#loads = new Loads({ ...options, ...shared, walker: this.#walker, turn, endMs: this.#endMs })
    this.#turn = turn
    this.#wheel = wheel
    this.#codeAgents = codeAgents
    this.#codeRequests = codeRequests
  }

  #createPool(agents: AgentTable): ExchangePool {
    const { variables, recorder } = this.#options
    return new ExchangePool(
      () =>
        new PooledExchange(
          (exchange) => this.#walker.settled(exchange),
          (agent, name, scope) => variables.get(agent, name, scope),
          (agent) => agents.identity(agent),
          recorder.createSloValues(),
        ),
    )
  }

  /** Walks the whole plan; resolves when no request is in flight any more. */
  run(): Promise<void> {
    const { plan, clock } = this.#options
    return new Promise((resolve) => {
      this.#finish = resolve
      this.#cancelTick =
        plan.precision === 'high'
          ? everyTurn(clock, () => this.#spin(clock.nowMs()))
          : clock.every(TICK_MS, () => this.#tick(clock.nowMs()))
    })
  }

  /**
   * Ends the load: requests in flight may finish within `drainMs`. Requests without an answer by then are `unanswered`; after a
   * drain that was cut short they are `aborted`. Further calls can only shorten the drain.
   */
  stop(drainMs: number): void {
    const { clock, plan } = this.#options
    const nowMs = clock.nowMs()
    if (drainMs < plan.drainMs) this.#isCutShort = true
    this.#deadlineMs = Math.min(this.#deadlineMs, nowMs + drainMs)
    if (this.#isStopping) return
    this.#isStopping = true
    this.#walker.stop()
    this.#loads.stop()
    this.#codeAgents?.stop()
    this.#codeRequests?.stop()
    this.#loads.cancelDue(nowMs)
  }

  journeyEnded(agent: number, atMs: number, completed: boolean): void {
    this.#loads.journeyEnded(agent, atMs, completed)
  }

  /** Detects a stall first, because answers may be read before the timer has its turn. */
  requestEnding(nowMs: number): void {
    if (nowMs - this.#turn.beganMs >= LOOP_STALL_MS) this.#beginTurn(nowMs)
  }

  /** Starts arrivals that fell due while answers were read, without waiting for the next tick. */
  requestEnded(nowMs: number): void {
    this.#turn.hasWorked = true
    if (!this.#isStopping) this.#loads.admitDue(nowMs)
  }

  /** Runs one turn of a loop that never sleeps: the time since the last one was idle unless work was done in it. */
  #spin(nowMs: number): void {
    const turn = this.#turn
    const turnMs = nowMs - turn.beganMs
    this.#tick(nowMs)
    count(this.#counters, turn.hasWorked ? SHARD_COLUMN.loopActiveMs : SHARD_COLUMN.loopIdleMs, turnMs)
    turn.hasWorked = false
  }

  #tick(nowMs: number): void {
    this.#beginTurn(nowMs)
    count(this.#counters, SHARD_COLUMN.heartbeat)
    if (!this.#isStopping) this.#loads.admitDue(nowMs)
    this.#rendezvous?.advance(nowMs)
    this.#wheel.advance(nowMs, this.#loads.onDue, this.#turn.isYoung)
    this.#codeRequests?.advance(nowMs)
    if (!this.#isStopping) this.#stopWhenOver(nowMs)
    if (this.#isStopping) this.#drain(nowMs)
  }

  #stopWhenOver(nowMs: number): void {
    const { plan, startMs, onSpent } = this.#options
    const isSpent = this.#loads.areSpent(nowMs)
    if (!isSpent && nowMs < this.#endMs) return
    this.stop(plan.drainMs)
    if (isSpent) onSpent?.(nowMs - startMs)
  }

  #beginTurn(nowMs: number): void {
    const turnMs = this.#turn.begin(nowMs)
    if (turnMs >= LOOP_STALL_MS) this.#forgiveStall(nowMs, turnMs)
  }

  /**
   * Handles a stall of the loop: requests in flight and work that fell due meanwhile are not timed, and the drain is extended by
   * the stall.
   */
  #forgiveStall(nowMs: number, stallMs: number): void {
    this.#requests.forgiveStall(nowMs)
    this.#deadlineMs += stallMs
  }

  #drain(nowMs: number): void {
    const isIdle = this.#requests.inFlightCount === 0 && (this.#codeAgents?.busyCount ?? 0) === 0
    if (nowMs >= this.#deadlineMs)
      this.#requests.giveUp(this.#isCutShort ? ERROR_KIND_INDEX.aborted : ERROR_KIND_INDEX.unanswered)
    // Code that never settles is left behind.
    if (!isIdle && nowMs < this.#deadlineMs + CODE_GRACE_MS) return
    this.#cancelTick()
    this.#codeRequests?.end()
    this.#finish()
  }
}
