/**
 * The only place where time is read and waited for. Instants are milliseconds as doubles on a monotonic clock
 * (grain about 43 ns); they are comparable between threads through `epochMs`, because every thread's
 * `performance.now()` runs on the machine's one monotonic clock and differs only by its origin.
 */

/** Cancels a timer; safe to call twice. */
export type CancelTimer = () => void

/** The clock of the harness; tests replace it with a virtual one. */
export interface Clock {
  /** Returns the monotonic instant in this thread's milliseconds. */
  nowMs(): number
  /** `machine instant = thread instant + epochMs`: the same machine instant in every thread and process of a host. */
  readonly epochMs: number
  /** Returns calendar time, milliseconds since 1970. Never used to measure. */
  wallMs(): number
  /** Calls back once, not before `delayMs` from now (whole milliseconds; Node may fire up to 1 ms early). */
  after(delayMs: number, callback: () => void): CancelTimer
  /** Calls back every `periodMs` until cancelled. */
  every(periodMs: number, callback: () => void): CancelTimer
  /** Calls back after the event loop's current turn of I/O. */
  soon(callback: () => void): CancelTimer
}

/** The number of looks at both clocks: one that was interrupted is wrong by the interruption. */
const EPOCH_LOOKS = 9

/** Measures the distance of this thread's clock from the machine's, by the look that took the shortest time. */
function epochOfThreadMs(): number {
  let epochMs = 0
  let shortestMs = Number.POSITIVE_INFINITY
  for (let look = 0; look < EPOCH_LOOKS; look++) {
    const beforeMs = performance.now()
    const machineMs = Number(process.hrtime.bigint() / 1000n) / 1000
    const afterMs = performance.now()
    if (afterMs - beforeMs >= shortestMs) continue
    shortestMs = afterMs - beforeMs
    epochMs = machineMs - (beforeMs + afterMs) / 2
  }
  return epochMs
}

/** The longest delay of a timer of Node, which makes a longer one end at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1

/** Creates the clock of the machine. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => performance.now(),
    epochMs: epochOfThreadMs(),
    wallMs: () => Date.now(),
    after(delayMs, callback) {
      let timer: NodeJS.Timeout
      const wait = (leftMs: number) => {
        const thisMs = Math.min(leftMs, TIMER_MS_MAX)
        timer = setTimeout(() => (leftMs > thisMs ? wait(leftMs - thisMs) : callback()), thisMs)
      }
      wait(delayMs)
      return () => clearTimeout(timer)
    },
    every(periodMs, callback) {
      const timer = setInterval(callback, periodMs)
      return () => clearInterval(timer)
    },
    soon(callback) {
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    },
  }
}

/** Resolves after `delayMs` on the given clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve))
}

/** Formats a calendar instant as `2026-11-21T09:30:05.120Z`. */
export function isoOf(wallMs: number): string {
  return new Date(wallMs).toISOString()
}

/** Parses a date as written in HTTP and ISO 8601 to calendar ms; NaN when it is not a date. */
export function wallMsOf(text: string): number {
  return Date.parse(text)
}
