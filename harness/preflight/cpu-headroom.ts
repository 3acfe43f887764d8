import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'cpu-headroom'

/**
 * Checks for a busy machine, where other work would distort the measurement. Advice only: validity judges what really happened.
 */
export const cpuHeadroom: PreflightCheck = {
  name: NAME,
  summary: 'the machine has enough idle cores for the threads',
  check({ threads, machine }) {
    const { cores, loadAverage1m } = machine
    const load = `load ${loadAverage1m.toFixed(1)} on ${cores} cores`
    if (threads > cores * 4) {
      return Promise.resolve([
        {
          check: NAME,
          level: 'blocked',
          message: `${threads} threads on ${cores} cores`,
          hint: `Use --threads ${Math.max(1, cores - 1)}; with more threads than cores, the load is less even.`,
        },
      ])
    }
    if (loadAverage1m + threads <= cores * 1.5)
      return Promise.resolve([{ check: NAME, level: 'ok', message: load }])
    return Promise.resolve([
      {
        check: NAME,
        level: 'advice',
        message: `${load}, and ${threads} more to come`,
        hint: 'Stop other work on this machine, or expect INCONCLUSIVE.',
      },
    ])
  },
}
