import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'cpu-headroom'

/** A machine that is busy already measures its neighbours. Advice only: validity judges what really happened. */
export const cpuHeadroom: PreflightCheck = {
  name: NAME,
  summary: 'the machine has cores to spare for the threads',
  check({ threads, machine }) {
    const { cores, loadAverage1m } = machine
    const load = `load ${loadAverage1m.toFixed(1)} on ${cores} cores`
    if (threads > cores * 4) {
      return Promise.resolve([
        {
          check: NAME,
          level: 'blocked',
          message: `${threads} threads on ${cores} cores`,
          hint: `Use --threads ${Math.max(1, cores - 1)}; more threads than cores make the load less even.`,
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
