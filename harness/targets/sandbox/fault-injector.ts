import type { CancelTimer, Clock } from '../../base/clock.ts'
import { keyOf, uniformAt } from '../../base/random.ts'
import type { Faults } from './faults.ts'
import type { Component } from './latency-law.ts'

/** The standard normal value that 99 % of draws fall below. */
const Z_99 = 2.3263478740408408

const KEYS = {
  errors: keyOf('fault/errors'),
  reset: keyOf('fault/reset'),
  radius: keyOf('fault/law/radius'),
  angle: keyOf('fault/law/angle'),
}

/** Freezes this thread: nothing is read, accepted or answered meanwhile, as when a process is starved or collecting. */
export function freezeThread(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs)
}

/** The faults in force. Draws are addressed by the operation's number, so a seed and an order give the same faults. */
export class FaultInjector {
  readonly #clock: Clock
  readonly #seed: number
  readonly #freeze: (forMs: number) => void
  #current: Faults = {}
  #leaked: Buffer[] = []
  #cancelStall: CancelTimer = () => {}

  constructor(clock: Clock, seed: number, freeze: (forMs: number) => void = freezeThread) {
    this.#clock = clock
    this.#seed = seed
    this.#freeze = freeze
  }

  get current(): Faults {
    return this.#current
  }

  /** Puts these faults in place of the ones before; the first stall begins `everyMs` from now. */
  replace(faults: Faults): void {
    this.#cancelStall()
    this.#current = faults
    this.#leaked = []
    if (faults.stall !== undefined)
      this.#scheduleStall(faults.stall, this.#clock.nowMs() + faults.stall.everyMs)
  }

  /** Returns the factor on the time of a component; `null` asks for the operation as a whole. */
  factorOf(component: Component | null): number {
    const slow = this.#current.slow
    if (slow === undefined) return 1
    return slow.component === undefined || slow.component === component ? slow.factor : 1
  }

  /** Milliseconds that operation `number` takes as a whole, or null when its components decide. */
  wholeMsOf(number: number): number | null {
    const { fixed, law } = this.#current
    if (fixed !== undefined) return fixed.ms * this.factorOf(null)
    if (law === undefined) return null
    const { p50Ms, p99Ms } = law.lognormal
    return p50Ms * (p99Ms / p50Ms) ** (this.#normalAt(number) / Z_99) * this.factorOf(null)
  }

  /** Status to answer operation `number` with in place of its own, or null. */
  errorStatusOf(number: number): number | null {
    const errors = this.#current.errors
    return errors !== undefined && this.#draw(KEYS.errors, number) < errors.ratio ? errors.status : null
  }

  /** Returns true when the answer to operation `number` breaks off. */
  breaksOff(number: number): boolean {
    return this.#draw(KEYS.reset, number) < (this.#current.reset?.ratio ?? 0)
  }

  /** Keeps memory for one more operation; filled, or the system would not hand the pages out. */
  leak(): void {
    const bytes = this.#current.leak?.bytesPerRequest
    if (bytes !== undefined) this.#leaked.push(Buffer.alloc(bytes, 1))
  }

  /** Ends stalls and lets leaked memory go. */
  stop(): void {
    this.replace({})
  }

  #scheduleStall(stall: NonNullable<Faults['stall']>, dueMs: number): void {
    this.#cancelStall = this.#clock.after(Math.max(0, dueMs - this.#clock.nowMs()), () => {
      // The next one is due from this one's plan, not from its end: the period does not drift. Scheduled first, so
      // that a fault replaced meanwhile is cancelled like any other.
      this.#scheduleStall(stall, dueMs + stall.everyMs)
      this.#freeze(stall.forMs)
    })
  }

  #draw(key: number, number: number): number {
    return uniformAt(this.#seed, key, number)
  }

  /** Standard normal by Box-Muller. */
  #normalAt(number: number): number {
    const radius = Math.sqrt(-2 * Math.log1p(-this.#draw(KEYS.radius, number)))
    return radius * Math.cos(2 * Math.PI * this.#draw(KEYS.angle, number))
  }
}
