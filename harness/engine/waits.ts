import type { LoopTurn } from './loop-turn.ts'
import { TimingWheel } from './timing-wheel.ts'

/** Called at the end of a wait with the instant it was due, or when the waits are ended before that. */
type AfterWait = (dueMs: number) => void

interface Wait {
  readonly dueMs: number
  readonly after: AfterWait
}

/** Waits of requests of code: unlike an agent of steps, one agent of code may have many at a time. */
export class Waits {
  readonly #wheel: TimingWheel
  readonly #turn: LoopTurn
  readonly #waits: (Wait | undefined)[] = []
  readonly #free: number[] = []
  #haveEnded = false

  constructor(turn: LoopTurn, startMs: number) {
    this.#wheel = new TimingWheel(0, startMs)
    this.#turn = turn
  }

  /** Calls back at an instant; at once when waits have been ended. */
  until(dueMs: number, after: AfterWait): void {
    if (this.#haveEnded) return after(dueMs)
    const slot = this.#free.pop() ?? this.#waits.length
    this.#waits[slot] = { dueMs, after }
    this.#wheel.schedule(slot, dueMs)
  }

  advance(nowMs: number): void {
    this.#wheel.advance(nowMs, this.#onDue, this.#turn.isYoung)
  }

  /** Ends all waits, those to come included. */
  end(): void {
    this.#haveEnded = true
    for (const wait of this.#waits.splice(0)) wait?.after(wait.dueMs)
  }

  readonly #onDue = (slot: number): void => {
    const wait = this.#waits[slot]
    if (wait === undefined) return
    this.#turn.hasWorked = true
    this.#waits[slot] = undefined
    this.#free.push(slot)
    wait.after(wait.dueMs)
  }
}
