import { liveSearchOf } from '../analysis/capacity/live-search.ts'
import type { CapacityObserver } from '../app/capacity/search-loop.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'
import { xText } from '../text/capacity-text.ts'
import { barLines, knownText, nextText } from '../text/live-search-text.ts'

/** Prints each probe, what is known of the capacity, the next x with its reason, and the time left. */
export function capacityProgress(say: (line: string) => void): CapacityObserver {
  return {
    onNext: (_next, record, known) => say(nextText(liveSearchOf(record, known))),
    onProbe({ x, p99Ms, achievedPerSec, ended, reason }, record, known) {
      const p99 = p99Ms === null ? '-' : formatDurationMs(p99Ms)
      const why = reason === null ? '' : `: ${reason}`
      say(
        `${formatAmount(record.probes.length, 'probe')}: ${xText(x, record)}, achieved ${Math.round(achievedPerSec)}/s, p99 ${p99}, ${ended}${why}`,
      )
      const live = liveSearchOf(record, known)
      for (const line of [knownText(live), ...barLines(live)]) say(line)
    },
  }
}
