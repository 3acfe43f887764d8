/**
 * The way of intervals from a worker to the log: each is kept until the run is let go, sent a few at a time, and sent again as long
 * as the coordinator does not have it. Nothing of it can slow the load.
 */
import type { Clock } from '../../base/clock.ts'
import type { Spill } from '../../ports/host-drive.ts'
import type { Link } from '../../ports/link.ts'
import { RESEND_MS, RETRY_MS } from '../limits.ts'

/** Intervals under way at once. */
const WINDOW = 8

export interface UplinkParts {
  readonly link: Pick<Link, 'put'>
  readonly clock: Clock
  readonly spill: Spill
  readonly subject: string
  /** The identity of an interval by its number: the broker stores it once. */
  readonly idOf: (sequence: number) => string
}

export class IntervalUplink {
  readonly #parts: UplinkParts
  /** Numbers that are not known to be in the log, with the end of the last try; Infinity: to be sent, or under way. */
  readonly #missing = new Map<number, number>()
  readonly #queue: number[] = []
  #underWay = 0
  #isClosed = false

  constructor(parts: UplinkParts) {
    this.#parts = parts
  }

  /** Intervals that are not known to be in the log. */
  get missingCount(): number {
    return this.#missing.size
  }

  add(sequence: number, text: string): void {
    this.#parts.spill.put(sequence, text)
    this.#enqueue(sequence)
  }

  /** Takes in what the log has; what it has not for too long is sent again. */
  heard(have: number, beyond: readonly number[]): void {
    const nowMs = this.#parts.clock.nowMs()
    for (const [sequence, triedMs] of this.#missing) {
      if (sequence < have || beyond.includes(sequence)) this.#missing.delete(sequence)
      else if (nowMs - triedMs > RESEND_MS) this.#enqueue(sequence)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#parts.spill.drop()
  }

  #enqueue(sequence: number): void {
    this.#missing.set(sequence, Number.POSITIVE_INFINITY)
    this.#queue.push(sequence)
    this.#pump()
  }

  #pump(): void {
    while (!this.#isClosed && this.#underWay < WINDOW) {
      const next = this.#queue.shift()
      if (next === undefined) return
      if (this.#missing.has(next)) void this.#send(next)
    }
  }

  async #send(sequence: number): Promise<void> {
    const { link, clock, spill, subject, idOf } = this.#parts
    this.#underWay++
    try {
      await link.put(subject, spill.get(sequence), idOf(sequence))
      if (this.#missing.has(sequence)) this.#missing.set(sequence, clock.nowMs())
    } catch {
      // The broker is away or full: again, as long as it takes.
      clock.after(RETRY_MS, () => {
        if (!this.#isClosed && this.#missing.has(sequence)) this.#enqueue(sequence)
      })
    } finally {
      this.#underWay--
      this.#pump()
    }
  }
}
