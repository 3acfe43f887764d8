/**
 * One shard: starts agents at their intended instants and keeps them walking until the plan ends.
 *
 * Open model: arrivals come from the plan whatever the target does; each takes a free agent, or waits in the backlog
 * with its intended instant, or is dropped. Closed model: the agents the curve asks for repeat journeys, each start
 * intended when think time (and pacing) is due to end. The loop is driven by a 1 ms timer (`precision: high`: by every
 * turn of the loop) and, for free, by every answer. A late turn makes late starts, which are measured, and the plan is
 * never re-based: what fell due in a pause starts with its own instants, in turns short enough for I/O in between.
 *
 * Conservation: planned = started + dropped + cancelled at the end of every run.
 */
import type { CancelTimer, Clock } from '../base/clock.ts'
import { LATE_START_MS, LOOP_STALL_MS } from '../model/generator-limits.ts'
import { ERROR_KIND_INDEX, OUTCOME_ERRORED } from '../model/outcome.ts'
import type { RunPlan } from '../model/plan.ts'
import type { ArrivalSource } from '../ports/workload.ts'
import { AgentTable, ENDLESS, WAKE_CODE, WAKE_FIRST, WAKE_ITERATION, WAKE_SESSION } from './agents.ts'
import { Backlog } from './backlog.ts'
import { type CodeAgents, type CodeOwner, RunEnded } from './code-agents.ts'
import { everyTurn } from './every-turn.ts'
import { ExchangePool, PooledExchange } from './exchange.ts'
import { Pauses } from './pauses.ts'
import type { JourneyProgram, Program } from './program.ts'
import type { Recorder } from './recorder.ts'
import { count, firstRegionColumn, SHARD_COLUMN, STEP_COLUMN } from './shard-memory.ts'
import { TimingWheel } from './timing-wheel.ts'
import type { VariableStore } from './variables.ts'
import { LOGIN, Walker, type WalkerOwner } from './walker.ts'

const TICK_MS = 1
const POPULATION_POLL_MS = 10
/** Longer than this inside one turn of the loop, and what else is due waits for the next, so that I/O gets its turn. */
const TURN_BUDGET_MS = 5
/** `AgentTable.active` of an agent whose feeder is dry. */
const STOPPED_FOR_GOOD = 2

/** Where the demand of this shard comes from. */
export type Demand =
  | { readonly model: 'open'; readonly arrivals: ArrivalSource }
  | {
      readonly model: 'closed'
      /** Agents of this shard that the plan wants at an instant, ms since run start. */
      readonly agentsAt: (atMs: number) => number
      /** Global identity of a slot. */
      readonly identityOf: (agent: number) => number
    }

export interface ShardParts {
  readonly plan: RunPlan
  readonly program: Program
  readonly demand: Demand
  /** Slots of this shard. */
  readonly agents: number
  readonly recorder: Recorder
  readonly counters: Float64Array
  readonly variables: VariableStore
  readonly codeAgents: CodeAgents | null
  readonly clock: Clock
  /** Run start in this thread's milliseconds. */
  readonly startMs: number
  /** Told the first failure of user code. */
  readonly onCodeError: (message: string) => void
}

export class ShardEngine implements WalkerOwner, CodeOwner {
  readonly #parts: ShardParts
  readonly #counters: Float64Array
  readonly #agents: AgentTable
  readonly #wheel: TimingWheel
  readonly #pool: ExchangePool
  readonly #walker: Walker
  readonly #pauses: Pauses
  readonly #backlog = new Backlog()
  readonly #free: Int32Array
  #freeCount = 0
  /** Closed model: slots the curve asks for now. */
  #wanted = 0
  #nextArrivalMs = Number.POSITIVE_INFINITY
  #nextPollMs: number
  readonly #endMs: number
  readonly #hasRegions: boolean
  readonly #regionColumn: number
  #lastTickMs: number
  /** Whether anything but looking at the clock was done since the last turn. */
  #worked = false
  #stopping = false
  #cancelTick: CancelTimer = () => undefined
  #finish: () => void = () => undefined
  #deadlineMs = Number.POSITIVE_INFINITY
  /** Whether somebody ended the drain before its time. */
  #isCutShort = false

  constructor(parts: ShardParts) {
    const { plan, clock, startMs } = parts
    this.#parts = parts
    this.#counters = parts.counters
    this.#agents = new AgentTable(parts.agents, plan.seed, plan.workload.regions)
    this.#wheel = new TimingWheel(parts.agents, startMs)
    this.#pool = new ExchangePool(
      () =>
        new PooledExchange(
          (exchange) => this.#walker.settled(exchange),
          (agent, name) => parts.variables.get(agent, name),
          (agent) => this.#agents.identity(agent),
        ),
    )
    this.#walker = new Walker({
      program: parts.program,
      agents: this.#agents,
      wheel: this.#wheel,
      pool: this.#pool,
      recorder: parts.recorder,
      counters: parts.counters,
      clock,
      startMs,
      owner: this,
    })
    this.#free = new Int32Array(parts.demand.model === 'open' ? parts.agents : 0)
    this.#endMs = startMs + plan.durationMs
    this.#pauses = new Pauses(this.#agents, plan, parts.counters, this.#endMs)
    this.#hasRegions = plan.workload.regions.length > 0
    this.#regionColumn = firstRegionColumn(parts.counters, plan.workload.regions.length)
    this.#nextPollMs = startMs
    this.#lastTickMs = startMs
  }

  /** Walks the whole plan; resolves when nothing is in flight any more. */
  run(): Promise<void> {
    const { demand, clock, startMs, codeAgents } = this.#parts
    codeAgents?.attach(this.#agents, this.#wheel, this.#walker, this)
    if (demand.model === 'open') {
      for (let slot = this.#agents.size - 1; slot >= 0; slot--) this.#free[this.#freeCount++] = slot
      this.#nextArrivalMs = startMs + demand.arrivals.next()
    }
    return new Promise((resolve) => {
      this.#finish = resolve
      this.#cancelTick =
        this.#parts.plan.precision === 'high'
          ? everyTurn(clock, () => this.#spin(clock.nowMs()))
          : clock.every(TICK_MS, () => this.#tick(clock.nowMs()))
    })
  }

  /**
   * Ends the load: what is in flight may finish within `drainMs`. What has no answer by then is `unanswered`; after a
   * drain that was cut short it is `aborted`. Calling again only shortens.
   */
  stop(drainMs: number): void {
    const nowMs = this.#parts.clock.nowMs()
    if (drainMs < this.#parts.plan.drainMs) this.#isCutShort = true
    this.#deadlineMs = Math.min(this.#deadlineMs, nowMs + drainMs)
    if (this.#stopping) return
    this.#stopping = true
    this.#walker.stop()
    this.#parts.codeAgents?.stop()
    this.#cancelDue(nowMs)
    count(this.#counters, SHARD_COLUMN.cancelled, this.#backlog.size)
    while (this.#backlog.size > 0) this.#backlog.shift()
    this.#publishBacklog()
  }

  /** A turn of a loop that never sleeps: the time since the last one was idle unless something was done in it. */
  #spin(nowMs: number): void {
    const turnMs = nowMs - this.#lastTickMs
    this.#tick(nowMs)
    count(this.#counters, this.#worked ? SHARD_COLUMN.loopActiveMs : SHARD_COLUMN.loopIdleMs, turnMs)
    this.#worked = false
  }

  #tick(nowMs: number): void {
    this.#turned(nowMs)
    count(this.#counters, SHARD_COLUMN.heartbeat)
    if (!this.#stopping) {
      this.#admitDue(nowMs)
      this.#pollPopulation(nowMs)
    }
    this.#wheel.advance(nowMs, this.#onDue, this.#turnIsYoung)
    if (!this.#stopping && nowMs >= this.#endMs) this.stop(this.#parts.plan.drainMs)
    if (this.#stopping) this.#drain(nowMs)
  }

  /** Takes note of a turn of the loop, and of how long it took. */
  #turned(nowMs: number): void {
    const counters = this.#counters
    const turnMs = nowMs - this.#lastTickMs
    this.#lastTickMs = nowMs
    if (turnMs > (counters[SHARD_COLUMN.loopDelayMaxMs] as number))
      counters[SHARD_COLUMN.loopDelayMaxMs] = turnMs
    if (turnMs >= LOOP_STALL_MS) this.#stalled(nowMs, turnMs)
  }

  /** The loop stood still: neither what was in flight nor what fell due meanwhile is timed, and the drain gets its time back. */
  #stalled(nowMs: number, stallMs: number): void {
    for (const exchange of this.#pool.inFlight) exchange.isUntimed = true
    this.#walker.timeFrom(nowMs)
    this.#deadlineMs += stallMs
  }

  #drain(nowMs: number): void {
    const idle = this.#pool.inFlightCount === 0 && (this.#parts.codeAgents?.busyCount ?? 0) === 0
    if (nowMs >= this.#deadlineMs) {
      this.#walker.giveUp(this.#isCutShort ? ERROR_KIND_INDEX.aborted : ERROR_KIND_INDEX.unanswered)
      for (const exchange of [...this.#pool.inFlight]) exchange.op.driver.abort(exchange)
    }
    // Code that never settles is left behind after the deadline and a grace of one second.
    if (!idle && nowMs < this.#deadlineMs + 1000) return
    this.#cancelTick()
    this.#finish()
  }

  // --- open model -------------------------------------------------------------------------------------------------

  #admitDue(nowMs: number): void {
    const { demand, startMs } = this.#parts
    if (demand.model !== 'open') return
    while (this.#nextArrivalMs <= nowMs && this.#nextArrivalMs < this.#endMs) {
      this.#admit(this.#nextArrivalMs, demand.arrivals.index, nowMs)
      this.#nextArrivalMs = startMs + demand.arrivals.next()
      if (!this.#turnIsYoung()) break
    }
    this.#publishBacklog()
  }

  /** What was due when the load ended, and had found no turn, was planned and will not start. */
  #cancelDue(nowMs: number): void {
    const { demand, startMs } = this.#parts
    if (demand.model !== 'open') return
    while (this.#nextArrivalMs <= nowMs && this.#nextArrivalMs < this.#endMs) {
      count(this.#counters, SHARD_COLUMN.planned)
      count(this.#counters, SHARD_COLUMN.cancelled)
      this.#nextArrivalMs = startMs + demand.arrivals.next()
    }
  }

  readonly #turnIsYoung = (): boolean => this.#parts.clock.nowMs() - this.#lastTickMs < TURN_BUDGET_MS

  #admit(intendedMs: number, index: number, nowMs: number): void {
    this.#worked = true
    count(this.#counters, SHARD_COLUMN.planned)
    if (this.#freeCount > 0) {
      const agent = this.#free[--this.#freeCount] as number
      this.#arrive(agent, index, intendedMs, nowMs)
    } else if (this.#parts.plan.workload.whenBusy === 'queue') this.#backlog.push(intendedMs, index)
    else count(this.#counters, SHARD_COLUMN.dropped)
  }

  #arrive(agent: number, identity: number, intendedMs: number, nowMs: number): void {
    this.#startSession(agent, identity)
    this.#startIterationOrLogin(agent, intendedMs, nowMs)
  }

  #publishBacklog(): void {
    this.#counters[SHARD_COLUMN.backlog] = this.#backlog.size
  }

  // --- closed model -----------------------------------------------------------------------------------------------

  #pollPopulation(nowMs: number): void {
    const { demand, startMs } = this.#parts
    if (demand.model !== 'closed' || nowMs < this.#nextPollMs) return
    // The instants of the polls are part of the plan; a late turn starts agents late, and says so.
    const pollMs =
      this.#nextPollMs + Math.floor((nowMs - this.#nextPollMs) / POPULATION_POLL_MS) * POPULATION_POLL_MS
    this.#nextPollMs = pollMs + POPULATION_POLL_MS
    this.#wanted = Math.min(this.#agents.size, demand.agentsAt(pollMs - startMs))
    for (let agent = 0; agent < this.#wanted; agent++) {
      if (this.#agents.active[agent] !== 0) continue
      this.#startSession(agent, demand.identityOf(agent))
      this.#next(agent, WAKE_FIRST, pollMs + this.#spreadMs(agent))
    }
  }

  /** Agents that come together do not start together: each waits a random part of its pacing, or of its think time. */
  #spreadMs(agent: number): number {
    const { pacingMs, think } = this.#parts.plan.workload
    const cycleMs = Math.max(pacingMs, (think.minMs + think.maxMs) / 2)
    return cycleMs === 0 ? 0 : this.#agents.draw(agent) * cycleMs
  }

  // --- sessions and iterations ------------------------------------------------------------------------------------

  #startSession(agent: number, identity: number): void {
    const agents = this.#agents
    if (agents.active[agent] === 0) {
      agents.active[agent] = 1
      agents.assume(agent, identity)
      this.#countAgent(agent, 1)
    }
    const { journeys } = this.#parts.plan.workload.session
    const closed = this.#parts.demand.model === 'closed'
    if (journeys === null) agents.journeysLeft[agent] = closed ? ENDLESS : 1
    else
      agents.journeysLeft[agent] =
        journeys.min + Math.floor(agents.draw(agent) * (journeys.max - journeys.min + 1))
    count(this.#counters, SHARD_COLUMN.sessions)
  }

  #countAgent(agent: number, amount: 1 | -1): void {
    count(this.#counters, SHARD_COLUMN.activeAgents, amount)
    if (this.#hasRegions) count(this.#counters, this.#regionColumn + this.#agents.region(agent), amount)
  }

  #startIterationOrLogin(agent: number, intendedMs: number, nowMs: number): void {
    this.#agents.intendedMs[agent] = intendedMs
    if (this.#parts.program.login === null) this.#startIteration(agent, intendedMs, nowMs)
    else this.#walker.begin(agent, LOGIN, intendedMs)
  }

  /** A planned iteration begins; without a row left for it, the agent ends. */
  #startIteration(agent: number, intendedMs: number, nowMs: number): void {
    const agents = this.#agents
    agents.intendedMs[agent] = intendedMs
    const iteration = agents.iteration[agent] as number
    agents.iteration[agent] = iteration + 1
    if (!this.#parts.variables.beginIteration(agent, agents.identity(agent), iteration)) {
      count(this.#counters, SHARD_COLUMN.cancelled)
      count(this.#counters, SHARD_COLUMN.feedersDry)
      this.#retire(agent)
      // An agent that only the curve brings back would find no row again, a hundred times a second.
      if (this.#parts.demand.model === 'closed') agents.active[agent] = STOPPED_FOR_GOOD
      return
    }
    count(this.#counters, SHARD_COLUMN.started)
    if (nowMs - intendedMs > LATE_START_MS) count(this.#counters, SHARD_COLUMN.lateStarts)
    this.#walker.begin(agent, this.#pickJourney(agent), intendedMs)
  }

  #pickJourney(agent: number): number {
    const { cumulativeWeights } = this.#parts.program
    const last = cumulativeWeights.length - 1
    if (last === 0) return 0
    const point = this.#agents.draw(agent) * (cumulativeWeights[last] as number)
    const picked = cumulativeWeights.findIndex((cumulative) => point < cumulative)
    return picked === -1 ? last : picked
  }

  /** WalkerOwner */
  journeyEnded(agent: number, atMs: number, completed: boolean): void {
    if (this.#agents.journey[agent] === LOGIN) return this.#loginEnded(agent, atMs, completed)
    if (completed) count(this.#counters, SHARD_COLUMN.iterations)
    if (this.#stopping) return this.#retire(agent)
    const agents = this.#agents
    const journeysLeft = (agents.journeysLeft[agent] as number) - 1
    agents.journeysLeft[agent] = journeysLeft
    const isLast = journeysLeft <= 0
    if (isLast) this.#endSession(agent)
    // Arrivals, not agents, make an open load: whatever went wrong, an agent without a journey left is free at once.
    if (isLast && this.#parts.demand.model === 'open') return this.#freeAgent(agent)
    const keptMs = completed ? 0 : this.#walker.drawRestMs(agent)
    if (isLast) this.#next(agent, WAKE_SESSION, this.#pauses.untilSession(agent, atMs, keptMs))
    else this.#next(agent, WAKE_ITERATION, this.#pauses.untilJourney(agent, atMs, keptMs))
  }

  #loginEnded(agent: number, atMs: number, completed: boolean): void {
    if (this.#stopping || !completed) {
      count(this.#counters, SHARD_COLUMN.cancelled)
      if (this.#stopping) return this.#retire(agent)
      this.#endSession(agent)
      if (this.#parts.demand.model === 'open') return this.#freeAgent(agent)
      return this.#next(agent, WAKE_SESSION, this.#pauses.untilLogin(agent, atMs))
    }
    this.#agents.failedLogins[agent] = 0
    this.#startIteration(
      agent,
      this.#parts.demand.model === 'open' ? (this.#agents.intendedMs[agent] as number) : atMs,
      atMs,
    )
  }

  #endSession(agent: number): void {
    for (const driver of this.#parts.program.drivers) driver.endSession(agent)
    this.#parts.variables.endSession(agent)
    this.#parts.codeAgents?.endSession(agent)
  }

  /** Open model: the oldest waiting arrival takes the agent at once, else it is free. */
  #freeAgent(agent: number): void {
    this.#agents.active[agent] = 0
    this.#countAgent(agent, -1)
    if (this.#backlog.size === 0 || this.#stopping) {
      this.#free[this.#freeCount++] = agent
      return
    }
    const { oldestMs, oldestIndex } = this.#backlog
    this.#backlog.shift()
    this.#arrive(agent, oldestIndex, oldestMs, this.#parts.clock.nowMs())
  }

  /** What comes next for an agent that stays: at once when it is due and the turn is young, else through the wheel. */
  #next(agent: number, wake: number, dueMs: number): void {
    const nowMs = this.#parts.clock.nowMs()
    this.#agents.wake[agent] = wake
    if (dueMs <= nowMs && this.#turnIsYoung()) this.#onDue(agent, dueMs)
    else this.#wheel.schedule(agent, dueMs)
  }

  readonly #onDue = (agent: number, dueMs: number): void => {
    this.#worked = true
    const wake = this.#agents.wake[agent] as number
    if (wake === WAKE_CODE) return this.#parts.codeAgents?.wake(agent, dueMs)
    if (wake !== WAKE_SESSION && wake !== WAKE_ITERATION && wake !== WAKE_FIRST)
      return this.#walker.wake(agent, dueMs)
    if (this.#stopping || dueMs >= this.#endMs || agent >= this.#wanted)
      return this.#leaveOrGoOn(agent, wake, dueMs)
    this.#goOn(agent, wake, dueMs)
  }

  /** A closed agent the curve no longer asks for leaves; an open one in mid-session goes on until the end. */
  #leaveOrGoOn(agent: number, wake: number, dueMs: number): void {
    const open = this.#parts.demand.model === 'open'
    if (open && !this.#stopping && dueMs < this.#endMs) this.#goOn(agent, wake, dueMs)
    else this.#retire(agent)
  }

  #goOn(agent: number, wake: number, dueMs: number): void {
    count(this.#counters, SHARD_COLUMN.planned)
    const nowMs = this.#parts.clock.nowMs()
    if (wake === WAKE_SESSION) this.#startSession(agent, this.#agents.identity(agent))
    if (wake === WAKE_ITERATION) this.#startIteration(agent, dueMs, nowMs)
    else this.#startIterationOrLogin(agent, dueMs, nowMs)
  }

  #retire(agent: number): void {
    if (this.#agents.active[agent] === 0) return
    this.#endSession(agent)
    this.#agents.active[agent] = 0
    this.#countAgent(agent, -1)
    if (this.#parts.demand.model === 'open') this.#free[this.#freeCount++] = agent
  }

  // --- WalkerOwner ------------------------------------------------------------------------------------------------

  /** After a stall, answers may be read before the timer has its turn. */
  requestEnding(nowMs: number): void {
    if (nowMs - this.#lastTickMs >= LOOP_STALL_MS) this.#turned(nowMs)
  }

  /** Arrivals that fell due while answers were read start now, not at the next tick. */
  requestEnded(nowMs: number): void {
    this.#worked = true
    if (this.#nextArrivalMs <= nowMs && !this.#stopping) this.#admitDue(nowMs)
  }

  setVariable(agent: number, name: string, value: string): void {
    this.#parts.variables.set(agent, name, value)
  }

  startCode(agent: number, journey: JourneyProgram, intendedMs: number): void {
    this.#parts.codeAgents?.start(agent, journey, intendedMs)
  }

  codeAnswered(agent: number, atMs: number): void {
    this.#parts.codeAgents?.answered(agent, atMs)
  }

  /** CodeOwner */
  codeEnded(agent: number, journey: JourneyProgram, intendedMs: number, failure: unknown): void {
    const nowMs = this.#parts.clock.nowMs()
    if (failure !== null) this.#agents.unanswered[agent] = 1
    if (failure !== null && !(failure instanceof RunEnded))
      this.#recordCodeFailure(agent, journey.name, intendedMs, nowMs, failure)
    this.journeyEnded(agent, nowMs, failure === null)
  }

  /** A journey that threw is an errored request of its own name, from its intended start to the throw. */
  #recordCodeFailure(
    agent: number,
    journey: string,
    intendedMs: number,
    atMs: number,
    failure: unknown,
  ): void {
    const recorder = this.#parts.recorder.at(journey, intendedMs)
    count(recorder.counters, STEP_COLUMN.started)
    recorder.record({
      intendedMs,
      sentMs: 0,
      firstByteMs: 0,
      doneMs: atMs,
      networkDelayMs: 0,
      agentId: this.#agents.identity(agent),
      status: 0,
      traceNumber: 0,
      outcome: OUTCOME_ERRORED,
      errorKind: ERROR_KIND_INDEX.code,
      isUntimed: false,
      bytesSent: 0,
      bytesReceived: 0,
      componentCount: 0,
      componentNames: [],
      componentMs: [],
    })
    this.#parts.onCodeError(
      `journeys.${journey}: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`,
    )
  }
}
