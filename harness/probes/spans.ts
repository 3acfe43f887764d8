/** Counters are read as differences: a sample is the difference of two readings that are not too close. */
import { type Clock, sleep } from '../base/clock.ts'

/** The minimum span: the system counts CPU in steps of 10 ms, which would be a large error over less than this. */
const SPAN_MS_MIN = 100

export interface Reading {
  /** The instant of the reading, on the clock of the watch. */
  readonly atMs: number
}

/** A series of readings of one thing. */
export interface Spans<R extends Reading> {
  /** Returns the previous reading (at first: the one with which the watch began), and a new one at least 100 ms later. */
  next(): Promise<{ readonly earlier: R | null; readonly latest: R | null }>
}

/** Takes the first reading at once. @param read resolves with null when there is nothing to read; must not reject */
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

/** Returns the increase of a counter; one that fell was restarted in between. */
export function increaseOf(earlier: number, latest: number): number {
  return latest >= earlier ? latest - earlier : latest
}
