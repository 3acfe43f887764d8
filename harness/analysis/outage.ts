/** A total outage: a stretch in which every request ended badly, for a tenth of the measured time or at its end. */
import { completedOf } from '../measure/counts.ts'
import { downtimeRatio } from './downtime.ts'
import type { IntervalView } from './interval-view.ts'
import type { MeasuredView } from './measured-view.ts'

/** A tenth of the measured time without any service is an outage, not an incident of one request. */
const PART_MIN = 0.1
/** Fewer bad requests in a row are bad luck. */
const REQUESTS_MIN = 10

/** Returns true when a step, or all of them, served nobody for long. @param intervals those of the view, in order */
export function isOutage(
  view: MeasuredView,
  intervals: readonly IntervalView[],
  step: string | undefined,
): boolean {
  if ((downtimeRatio(view) ?? 0) >= PART_MIN) return true
  const first = intervals[0]?.startMs ?? 0
  const lengthMs = (intervals.at(-1)?.endMs ?? 0) - first
  let [fromMs, requests] = [first, 0]
  for (const { startMs, endMs, view: single } of intervals) {
    const counts = single.counts({ step })
    if (counts.ok > 0) [fromMs, requests] = [endMs, 0]
    else if (requests === 0) fromMs = startMs
    requests += counts.ok > 0 ? 0 : completedOf(counts)
    if (requests >= REQUESTS_MIN && endMs - fromMs >= PART_MIN * lengthMs) return true
  }
  return requests >= REQUESTS_MIN
}
