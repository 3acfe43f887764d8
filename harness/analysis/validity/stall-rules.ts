/** Rules about stretches in which a target answered nobody, and which percentiles of requests do not show. */
import { sum } from 'simple-statistics'
import { formatCount, formatDurationMs } from '../../base/units.ts'
import { completedOf } from '../../measure/counts.ts'
import { ANY_OUTCOME } from '../../model/outcome.ts'
import { modelOf } from '../../model/plan-load.ts'
import type { MeasuredInterval } from '../measured-view.ts'
import { type Rule, reason } from './rule.ts'

/**
 * Agents of a closed model that wait send nothing ("coordinated omission"): a target that stands still for four seconds is as
 * many slow requests as there are agents, beside thousands of fast ones of the time in which it did not. An open model goes
 * on counting those who come, and what is never answered is downtime.
 */
export const targetStalled: Rule = (view) => {
  if (modelOf(view.plan) !== 'closed') return null
  const responseTimes = view.histogram('response_time', { outcome: ANY_OUTCOME })
  const p99Ms = responseTimes.quantileUs(0.99) / 1000
  const stalls = stallsOf(view.intervals).filter(({ durationMs }) => durationMs > p99Ms)
  const [first] = stalls
  if (first === undefined) return null
  const durationMs = sum(stalls.map((stall) => stall.durationMs))
  const waiting = sum(stalls.map((stall) => stall.waiting))
  return reason(
    'TARGET_STALLED',
    `nobody was answered for ${formatDurationMs(durationMs)} (from ${formatDurationMs(first.startMs)} on) while requests were waiting: agents that wait send none, so these seconds weigh ${formatCount(waiting)} of ${formatCount(responseTimes.count)} requests and p99 does not show them; an open workload (constantRate) counts everyone who would have come`,
    { durationMs, stalls: stalls.length, p99Ms },
    'warning',
  )
}

interface Stall {
  readonly startMs: number
  readonly durationMs: number
  /** Requests that were under way at its beginning. */
  readonly waiting: number
}

/** Stretches of whole intervals in which no request ended although some were under way. */
function stallsOf(intervals: readonly MeasuredInterval[]): Stall[] {
  const stalls: Stall[] = []
  let waiting = 0
  let isGoingOn = false
  for (const { startMs, endMs, inFlight, steps } of intervals) {
    const isStill =
      waiting > 0 && inFlight >= waiting && Object.values(steps).every((step) => completedOf(step) === 0)
    const last = stalls.at(-1)
    if (isStill && isGoingOn && last !== undefined)
      stalls[stalls.length - 1] = { ...last, durationMs: endMs - last.startMs }
    else if (isStill) stalls.push({ startMs, durationMs: endMs - startMs, waiting })
    isGoingOn = isStill
    waiting = inFlight
  }
  return stalls
}
