import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'clock-resolution'
/** Latencies are kept in microseconds. */
const COARSEST_MS = 0.01

/** A clock that moves in jumps cannot time a request. */
export const clockResolution: PreflightCheck = {
  name: NAME,
  summary: 'the monotonic clock is fine enough',
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
        ? 'the clock stood still while it was watched'
        : `smallest step seen ${(finestMs * 1000).toFixed(2)} us`
    if (finestMs <= COARSEST_MS) return Promise.resolve([{ check: NAME, level: 'ok', message }])
    return Promise.resolve([
      {
        check: NAME,
        level: 'blocked',
        message,
        hint: 'Run on a machine whose clock source is not a coarse one (see clocksource in /sys).',
      },
    ])
  },
}
