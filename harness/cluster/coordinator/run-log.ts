/**
 * The log of a run: what has to be true later. Whoever can append to it leads; an entry that another one has overtaken is
 * refused, and then nothing more is written, granted or published.
 */
import { type Clock, sleep } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { packSnapshot } from '../../measure/packed-snapshot.ts'
import type { Want } from '../../model/cluster/uplink.ts'
import { type Log, LogMoved } from '../../ports/link.ts'
import { RETRY_MS } from '../limits.ts'

type Packed = ReturnType<typeof packSnapshot>

/** For each place, the first interval that is not in the log, and those behind it that are. */
export type Through = readonly (readonly [place: number, have: number, beyond: readonly number[]])[]

export type LogEntry =
  | { readonly kind: 'start'; readonly run: string; readonly workers: readonly string[] }
  | { readonly kind: 'place'; readonly startAt: number }
  /** Nothing else was written for a second. */
  | { readonly kind: 'beat' }
  | {
      readonly kind: 'second'
      readonly second: number | null
      readonly sums: readonly Packed[]
      readonly late: readonly Packed[]
      readonly through: Through
    }
  | { readonly kind: 'control'; readonly want: Want; readonly reason: string }
  | { readonly kind: 'lost'; readonly worker: string }
  /** Everything is in the log that anybody waits for. */
  | { readonly kind: 'end'; readonly through: Through }

export interface RunLogParts {
  readonly log: Log
  readonly clock: Clock
  readonly run: string
  readonly term: number
  /** An entry is stored whose writing began then: until then nobody else led. */
  readonly onAppended: (beganMs: number) => void
  /** Somebody else leads. */
  readonly onMoved: () => void
}

export class RunLog {
  readonly #parts: RunLogParts
  #last = 0
  #count = 0
  #queue: Promise<void> = Promise.resolve()
  #isClosed = false
  #hasMoved = false

  constructor(parts: RunLogParts) {
    this.#parts = parts
  }

  /** Resolves to the number of entries that are there. */
  async open(): Promise<number> {
    this.#last = await lastOf(this.#parts.log)
    return this.#last
  }

  /** Stores an entry behind all before it, however long the broker is away; resolves to false when that cannot be any more. */
  append(entry: LogEntry): Promise<boolean> {
    const id = `${this.#parts.run}.${this.#parts.term}.${this.#count++}`
    const stored = this.#queue.then(() => this.#store(JSON.stringify(entry), id))
    this.#queue = stored.then(() => undefined)
    return stored
  }

  /** Nothing more is written. */
  close(): void {
    this.#isClosed = true
  }

  async #store(body: string, id: string): Promise<boolean> {
    const { log, clock, onAppended, onMoved } = this.#parts
    while (!this.#isClosed) {
      const beganMs = clock.nowMs()
      try {
        this.#last = await log.append(body, id, this.#last)
        onAppended(beganMs)
        return true
      } catch (error) {
        if (error instanceof LogMoved) {
          this.#isClosed = true
          if (!this.#hasMoved) onMoved()
          this.#hasMoved = true
          return false
        }
        await sleep(clock, RETRY_MS)
      }
    }
    return false
  }
}

const OPEN_TRIES = 3

/** Makes sure that a log is there; resolves to its number of entries. @throws HarnessError POOL_UNREACHABLE when the broker keeps none */
export async function lastOf(log: Log): Promise<number> {
  for (let tries = OPEN_TRIES; ; tries--)
    try {
      return await log.ensure()
    } catch (cause) {
      if (tries > 1) continue
      throw new HarnessError('POOL_UNREACHABLE', `the broker makes no log for the run: ${messageOf(cause)}`, {
        cause,
        hint: 'Start it with JetStream (nats-server -js) and room in its store.',
      })
    }
}
