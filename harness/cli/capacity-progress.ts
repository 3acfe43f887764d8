import type { CapacityObserver } from '../app/capacity/search-loop.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'
import type { CapacityRecord } from '../model/capacity.ts'
import { intervalText, xText } from '../text/capacity-text.ts'

const BAR_CELLS = 24

type Known = Parameters<CapacityObserver['onProbe']>[2]

/** Prints each probe, what is known of the capacity, the next x with its reason, and the time left. */
export function capacityProgress(say: (line: string) => void): CapacityObserver {
  return {
    onNext({ x, seconds, purpose, why }, record) {
      const spentS = record.probes.reduce((total, { elapsedS }) => total + elapsedS, 0)
      const leftMs = 1000 * Math.max(0, record.settings.budgetS - spentS)
      say(
        `next: ${purpose} at ${xText(x, record)} for ${formatDurationMs(1000 * seconds)} (${why}); at most ${formatDurationMs(leftMs)} left`,
      )
    },
    onProbe({ x, p99Ms, achievedPerSec, ended, reason }, record, known) {
      const p99 = p99Ms === null ? '-' : formatDurationMs(p99Ms)
      const why = reason === null ? '' : `: ${reason}`
      say(
        `${formatAmount(record.probes.length, 'probe')}: ${xText(x, record)}, achieved ${Math.round(achievedPerSec)}/s, p99 ${p99}, ${ended}${why}`,
      )
      say(knownText(record, known))
    },
  }
}

/** The posterior as a bar between the two ends of the range. */
function knownText(record: CapacityRecord, { capacity, good, bad }: Known): string {
  if (capacity === null || good === null || bad === null) {
    const met = good === null ? 'none is met yet' : `${xText(good, record)} is met`
    return bad === null ? met : `${met}, ${xText(bad, record)} is not`
  }
  const [from, to] = [Math.min(good, capacity.low), Math.max(bad, capacity.high)]
  const bar = Array.from({ length: BAR_CELLS }, (_, i) => {
    const x = from * (to / from) ** ((i + 0.5) / BAR_CELLS)
    return x >= capacity.low && x <= capacity.high ? '#' : '.'
  }).join('')
  return `capacity ${xText(capacity.median, record)} (90 %: ${intervalText(capacity)})  ${xText(from, record)} [${bar}] ${xText(to, record)}`
}
