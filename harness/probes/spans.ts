/** Counters tell by their difference: a sample is what lies between two readings, and no two of them too close. */
import { type Clock, sleep } from '../base/clock.ts'

/** The system counts CPU in steps of 10 ms; over less than this, one step more or less is no longer small. */
const SPAN_MS_MIN = 100

export interface Reading {
  /** When it was read, on the clock of the watch. */
  readonly atMs: number
}

/** A row of readings of one thing. */
export interface Spans<R extends Reading> {
  /** The reading before (at first: the one with which the watch began), and a new one at least 100 ms later. */
  next(): Promise<{ readonly earlier: R | null; readonly latest: R | null }>
}

/** Reads for the first time at once. @param read gives null when there is nothing to read; must not reject */
export function watchSpans<R extends Reading>(read: () => Promise<R | null>, clock: Clock): Spans<R> {
  let before = read()
  return {
    async next() {
      const earlier = before
      const latest = earlier.then((reading) => readAfter(reading, read, clock))
      before = latest
      return { earlier: await earlier, latest: await latest }
    },
  }
}

async function readAfter<R extends Reading>(
  earlier: R | null,
  read: () => Promise<R | null>,
  clock: Clock,
): Promise<R | null> {
  const leftMs = earlier === null ? 0 : earlier.atMs + SPAN_MS_MIN - clock.nowMs()
  if (leftMs > 0) await sleep(clock, Math.ceil(leftMs))
  return await read()
}

/** How much a counter went up; one that fell was begun anew in between. */
export function increaseOf(earlier: number, latest: number): number {
  return latest >= earlier ? latest - earlier : latest
}
