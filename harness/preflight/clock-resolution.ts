import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'clock-resolution'
/** The coarsest accepted step: latencies are recorded in microseconds. */
const COARSEST_MS = 0.01

/** Checks the resolution of the clock: one that moves in jumps cannot time a request. */
export const clockResolution: PreflightCheck = {
  name: NAME,
  summary: 'the resolution of the monotonic clock is sufficient',
  check({ clock }) {
    let finestMs = Number.POSITIVE_INFINITY
    let lastMs = clock.nowMs()
    for (let i = 0; i < 20_000; i++) {
      const nowMs = clock.nowMs()
      if (nowMs > lastMs) finestMs = Math.min(finestMs, nowMs - lastMs)
      lastMs = nowMs
    }
    const message =
      finestMs === Number.POSITIVE_INFINITY
        ? 'the clock did not advance while it was checked'
        : `smallest step ${(finestMs * 1000).toFixed(2)} us`
    if (finestMs <= COARSEST_MS) return Promise.resolve([{ check: NAME, level: 'ok', message }])
    return Promise.resolve([
      {
        check: NAME,
        level: 'blocked',
        message,
        hint: 'Use a machine with a finer clock source (see clocksource in /sys).',
      },
    ])
  },
}
