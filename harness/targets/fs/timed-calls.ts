/** The system calls of one operation with their times; the first begins it, the last ends it. */
import type { Clock } from '../../base/clock.ts'

export class TimedCalls {
  readonly parts: (readonly [name: string, durationMs: number])[] = []
  /** Instants of the clock; 0 = no call was made. */
  sentMs = 0
  doneMs = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Makes a call. @throws whatever it throws, timed all the same */
  make<T>(name: string, call: () => T): T {
    const fromMs = this.#clock.nowMs()
    if (this.sentMs === 0) this.sentMs = fromMs
    try {
      return call()
    } finally {
      this.doneMs = this.#clock.nowMs()
      this.parts.push([name, this.doneMs - fromMs])
    }
  }
}
