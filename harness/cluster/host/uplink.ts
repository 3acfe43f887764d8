/**
 * The way of intervals from a worker to the log: each is kept until the run is let go, sent a few at a time, and sent again as long
 * as the coordinator does not have it. Nothing of it can slow the load.
 */
import type { Clock } from '../../base/clock.ts'
import type { Spill } from '../../ports/host-drive.ts'
import type { Link } from '../../ports/link.ts'
import { RESEND_MS, RETRY_MS } from '../limits.ts'
import { inParts } from '../text-parts.ts'

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

/** The intervals that the log has, as a coordinator tells. */
export interface LoggedIntervals {
  readonly term: number
  /** The first that it has not. */
  readonly have: number
  /** Those behind it that it has. */
  readonly beyond: readonly number[]
}

export class IntervalUplink {
  readonly #parts: UplinkParts
  /** Numbers that are not known to be in the log, with the end of the last try; Infinity: to be sent, or under way. */
  readonly #missing = new Map<number, number>()
  readonly #queue: number[] = []
  #underWay = 0
  #count = 0
  #term = 0
  #overflowCount = 0
  readonly #stubs = new Map<number, string>()
  /** The number of times that the broker took an interval that the coordinator did not get. */
  readonly #resends = new Map<number, number>()
  #isClosed = false

  constructor(parts: UplinkParts) {
    this.#parts = parts
  }

  /** The number of intervals for which there was no room. */
  get overflowCount(): number {
    return this.#overflowCount
  }

  /** @param stub what is kept in its place where there is no room: it tells that there was one */
  add(sequence: number, text: string, stub: string): void {
    if (!this.#parts.spill.put(sequence, text)) {
      this.#overflowCount++
      this.#stubs.set(sequence, stub)
    }
    this.#count = Math.max(this.#count, sequence + 1)
    this.#enqueue(sequence)
  }

  /** Takes in what the log has; what it has not for too long is sent again. */
  heard({ term, have, beyond }: LoggedIntervals): void {
    const nowMs = this.#parts.clock.nowMs()
    // Another coordinator may have less than the one before it: what it does not come to have is sent again.
    if (term > this.#term)
      for (let sequence = have; sequence < this.#count; sequence++)
        if (!this.#missing.has(sequence)) this.#missing.set(sequence, nowMs)
    this.#term = Math.max(term, this.#term)
    for (const [sequence, triedMs] of this.#missing) {
      if (sequence < have || beyond.includes(sequence)) {
        this.#missing.delete(sequence)
        this.#parts.spill.isSafe(sequence)
      } else if (nowMs - triedMs > RESEND_MS) {
        // By another name: a broker that lost it may know that name, and would not store it.
        this.#resends.set(sequence, (this.#resends.get(sequence) ?? 0) + 1)
        this.#enqueue(sequence)
      }
    }
  }

  /** @param isSafe false: the intervals stay where they are kept */
  close(isSafe: boolean): void {
    this.#isClosed = true
    if (isSafe) this.#parts.spill.drop()
    else this.#parts.spill.keep()
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
    const { clock, spill } = this.#parts
    this.#underWay++
    try {
      await this.#put(sequence, this.#stubs.get(sequence) ?? spill.get(sequence))
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

  async #put(sequence: number, whole: string): Promise<void> {
    const { link, subject, idOf } = this.#parts
    // It has made way for others, because a coordinator had it.
    if (whole === '') return void this.#missing.delete(sequence)
    const times = this.#resends.get(sequence) ?? 0
    const id = `${idOf(sequence)}${times === 0 ? '' : `r${times}`}`
    for (const [part, text] of inParts(whole, id).entries()) await link.put(subject, text, `${id}.${part}`)
  }
}
