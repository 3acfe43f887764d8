import type { CancelTimer, Clock } from '../../base/clock.ts'

/** Asks for a lease again and again, until it is stopped. */
export class Renewals {
  readonly #clock: Clock
  readonly #ask: () => Promise<number>
  #isStopped = false
  #cancel: CancelTimer = () => undefined

  /** @param ask resolves to the time until it has to ask again, ms */
  constructor(clock: Clock, ask: () => Promise<number>) {
    this.#clock = clock
    this.#ask = ask
    this.#after(0)
  }

  /** Asks at once. */
  now(): void {
    this.#cancel()
    this.#after(0)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  #after(delayMs: number): void {
    if (!this.#isStopped)
      this.#cancel = this.#clock.after(delayMs, () => {
        void this.#ask().then((pauseMs) => this.#after(pauseMs))
      })
  }
}
