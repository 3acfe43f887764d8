/** Standing consumers of a target: what every protocol lets authors say about them, and how they spend their time. */
import * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import { parseDurationMs } from '../base/units.ts'

const WORK = /^\s*(\S+?)\s*(?:\.\.\s*(\S+?)\s*)?$/

export const membersSchema = z
  .int()
  .min(1)
  .max(1000)
  .default(1)
  .describe('Consumers in the run, shared out to its threads')

/** Settings of consumers, whatever the protocol. */
export const consumeShape = {
  members: membersSchema,
  prefetch: z
    .int()
    .min(1)
    .max(65_535)
    .default(100)
    .describe('Messages that a consumer may have at once without having acknowledged them'),
  work: z
    .string()
    .refine((text) => isWork(text), 'a duration such as 5ms, or a range such as 5ms..20ms')
    .optional()
    .describe('Time for which a consumer holds each message before it acknowledges it: 5ms or 5ms..20ms'),
}

/** Returns the members of a run that a shard has: those m with m mod shardCount = shard. */
export function membersOf(
  members: number,
  { shard, shardCount }: { shard: number; shardCount: number },
): number[] {
  return Array.from({ length: members }, (_, member) => member).filter(
    (member) => member % shardCount === shard,
  )
}

/** The time that messages take to consume. */
export class Work {
  readonly #clock: Clock
  readonly #fromMs: number
  readonly #toMs: number
  #turn = 0

  constructor(work: string | undefined, clock: Clock) {
    this.#clock = clock
    const [fromMs, toMs] = work === undefined ? [0, 0] : rangeOf(work)
    this.#fromMs = fromMs
    this.#toMs = toMs
  }

  /** Calls back when a message is consumed: at once where nothing is to be done. */
  do(done: () => void): void {
    if (this.#toMs === 0) done()
    else this.#clock.after(this.#nextMs(), done)
  }

  /** Goes through the range by the golden ratio: evenly, and the same in every run. */
  #nextMs(): number {
    this.#turn = (this.#turn + 0.618_033_988_749_895) % 1
    return this.#fromMs + (this.#toMs - this.#fromMs) * this.#turn
  }
}

function rangeOf(text: string): [number, number] {
  const [, from = '', to = from] = WORK.exec(text) ?? []
  const range: [number, number] = [parseDurationMs(from), parseDurationMs(to)]
  if (range[1] < range[0]) throw new RangeError(`${text} ends before it begins`)
  return range
}

function isWork(text: string): boolean {
  try {
    return rangeOf(text).every((each) => each >= 0)
  } catch {
    // No duration: the schema says so with its path.
    return false
  }
}
