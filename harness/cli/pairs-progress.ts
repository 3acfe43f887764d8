import type { PairsObserver } from '../app/compare/pairs.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'

/** Prints which pair is running, what is still suspect, and how many runs may follow. */
export function pairsProgress(say: (line: string) => void): PairsObserver {
  return {
    onRun(pair, build, { verdict }) {
      const { p50, p99 } = verdict.summary.responseTimeMs
      say(
        `pair ${pair.number} of at most ${pair.max}, ${build}: p50 ${formatDurationMs(p50)}, p99 ${formatDurationMs(p99)}`,
      )
    },
    onPair(pair, { reason, needs }) {
      const left = needs === null ? 'decided' : `at most ${2 * (pair.max - pair.number)} more runs`
      say(`after ${formatAmount(pair.number, 'pair')}: ${reason}; ${left}`)
    },
  }
}
