import type { CancelTimer, Clock } from '../../harness/base/clock.ts'

interface Timer {
  readonly dueMs: number
  readonly order: number
  readonly periodMs: number | null
  readonly callback: () => void
}

/** A clock that stands still until it is advanced; timers fire in order of their instant. */
export class VirtualClock implements Clock {
  readonly epochMs = 0
  #nowMs: number
  #order = 0
  #calendarMs = 1_700_000_000_000
  readonly #timers = new Set<Timer>()

  constructor(startMs = 0) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#calendarMs + this.#nowMs
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    return this.#add(delayMs, null, callback)
  }

  every(periodMs: number, callback: () => void): CancelTimer {
    return this.#add(periodMs, periodMs, callback)
  }

  soon(callback: () => void): CancelTimer {
    return this.#add(0, null, callback)
  }

  /** Timers that have not fired. */
  get pendingCount(): number {
    return this.#timers.size
  }

  /** Moves time forward, firing what falls due, each at its own instant; promises settle in between. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs
    await settlePromises()
    for (;;) {
      const next = this.#earliest()
      if (next === undefined || next.dueMs > endMs) break
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      this.#timers.delete(next)
      if (next.periodMs !== null)
        this.#timers.add({ ...next, dueMs: next.dueMs + next.periodMs, order: this.#order++ })
      next.callback()
      await settlePromises()
    }
    this.#nowMs = endMs
  }

  /** Somebody sets the clock on the wall. */
  setCalendar(byMs: number): void {
    this.#calendarMs += byMs
  }

  /** Moves time without firing anything: the loop was stuck. */
  freeze(forMs: number): void {
    this.#nowMs += forMs
  }

  #add(delayMs: number, periodMs: number | null, callback: () => void): CancelTimer {
    const timer: Timer = {
      dueMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      periodMs,
      callback,
    }
    this.#timers.add(timer)
    return () => {
      for (const live of this.#timers)
        if (live.callback === callback && live.periodMs === periodMs) this.#timers.delete(live)
    }
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined
    for (const timer of this.#timers) {
      if (
        earliest === undefined ||
        timer.dueMs < earliest.dueMs ||
        (timer.dueMs === earliest.dueMs && timer.order < earliest.order)
      )
        earliest = timer
    }
    return earliest
  }
}

async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}
