import type { Clock } from '../../base/clock.ts'

/**
 * Resolves at the instant or up to about 1 ms after it, never before. Timers count whole milliseconds and may fire up
 * to one early, so the clock is asked again when they do; the last part is slept, not spun.
 */
export function waitUntil(clock: Clock, instantMs: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const leftMs = instantMs - clock.nowMs()
      if (leftMs <= 0) resolve()
      else clock.after(Math.ceil(leftMs), look)
    }
    look()
  })
}
