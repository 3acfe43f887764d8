/**
 * Open model: arrivals come from the plan whatever the target does. Each takes a free agent, or waits in the backlog
 * with its intended instant, or is dropped, also when the backlog is full; an agent whose session is over takes the oldest that waits.
 */
import type { Clock } from '../base/clock.ts'
import type { ArrivalSource } from '../ports/workload.ts'
import { Backlog } from './backlog.ts'
import type { Dispatch, SessionStarter } from './dispatch.ts'
import type { LoopTurn } from './loop-turn.ts'
import { count, SHARD_COLUMN } from './shard-memory.ts'

export interface OpenDispatchOptions {
  readonly arrivals: ArrivalSource
  /** Its slots are those from `firstSlot` on. */
  readonly firstSlot: number
  readonly slots: number
  /** The identity of the first arrival. */
  readonly firstIdentity: number
  readonly whenBusy: 'queue' | 'drop'
  readonly intendedMs: Float64Array
  readonly counters: Float64Array
  readonly sessions: SessionStarter
  readonly turn: LoopTurn
  readonly clock: Clock
  /** Begin and end of the workload, ms of the clock. */
  readonly startMs: number
  readonly endMs: number
}

export class OpenDispatch implements Dispatch {
  readonly journeysDefault = 1
  readonly #options: OpenDispatchOptions
  readonly #counters: Float64Array
  readonly #backlog = new Backlog()
  /** A stack of empty slots; slot 0 is taken first. */
  readonly #free: Int32Array
  #freeCount = 0
  #nextArrivalMs: number

  constructor(options: OpenDispatchOptions) {
    this.#options = options
    this.#counters = options.counters
    const { firstSlot, slots } = options
    this.#free = new Int32Array(slots)
    for (let slot = slots - 1; slot >= 0; slot--) this.#free[this.#freeCount++] = firstSlot + slot
    this.#nextArrivalMs = options.startMs + options.arrivals.next()
  }

  admitDue(nowMs: number): void {
    const { arrivals, startMs, endMs, turn } = this.#options
    while (this.#nextArrivalMs <= nowMs && this.#nextArrivalMs < endMs) {
      const dueMs = this.#nextArrivalMs
      const { index } = arrivals
      this.#nextArrivalMs = startMs + arrivals.next()
      this.#admit(dueMs, index, nowMs)
      if (!turn.isYoung()) break
    }
    this.#publishBacklog()
  }

  cancelDue(nowMs: number): void {
    const { arrivals, startMs, endMs } = this.#options
    while (this.#nextArrivalMs <= nowMs && this.#nextArrivalMs < endMs) {
      count(this.#counters, SHARD_COLUMN.planned)
      count(this.#counters, SHARD_COLUMN.cancelled)
      this.#nextArrivalMs = startMs + arrivals.next()
    }
    count(this.#counters, SHARD_COLUMN.cancelled, this.#backlog.size)
    while (this.#backlog.size > 0) this.#backlog.shift()
    this.#publishBacklog()
  }

  /** An agent in mid-session goes on until the end of the plan. */
  wants(): boolean {
    return true
  }

  intendedAfterLogin(agent: number): number {
    return this.#options.intendedMs[agent] as number
  }

  /** The oldest waiting arrival takes the agent at once, else the slot is free. */
  takeBack(agent: number): boolean {
    const { sessions, clock } = this.#options
    sessions.vacate(agent)
    if (this.#backlog.size === 0) this.left(agent)
    else {
      const { oldestMs, oldestIndex } = this.#backlog
      this.#backlog.shift()
      this.#arrive(agent, oldestIndex, oldestMs, clock.nowMs())
    }
    return true
  }

  left(agent: number): void {
    this.#free[this.#freeCount++] = agent
  }

  leftWithoutRow(agent: number): void {
    this.left(agent)
  }

  #admit(intendedMs: number, index: number, nowMs: number): void {
    this.#options.turn.hasWorked = true
    count(this.#counters, SHARD_COLUMN.planned)
    if (this.#freeCount > 0) this.#arrive(this.#free[--this.#freeCount] as number, index, intendedMs, nowMs)
    else if (this.#options.whenBusy === 'queue' && !this.#backlog.isFull)
      this.#backlog.push(intendedMs, index)
    else count(this.#counters, SHARD_COLUMN.dropped)
  }

  #arrive(agent: number, index: number, intendedMs: number, nowMs: number): void {
    const { sessions, firstIdentity } = this.#options
    sessions.startSession(agent, firstIdentity + index)
    sessions.startFirst(agent, intendedMs, nowMs)
  }

  #publishBacklog(): void {
    this.#counters[SHARD_COLUMN.backlog] = this.#backlog.size
  }
}
