/** The progress of a load: by its time, or by its iterations where the number of them ends it. */
import { formatCount } from '../base/units.ts'
import type { LiveView } from '../model/live-view.ts'
import { secondsText } from './figure-text.ts'

/** A share of the load that is over, 0-1, and what is left of it. */
export interface Progress {
  readonly ratio: number
  readonly left: string
}

/** @param nowMs ms since run start */
export function progressOf(
  { plan, startedCount }: Pick<LiveView, 'plan' | 'startedCount'>,
  nowMs: number,
): Progress {
  if (plan === null) return { ratio: 0, left: '0s left' }
  const { iterations, durationMs } = plan
  if (iterations !== null)
    return {
      ratio: Math.min(1, startedCount / iterations),
      left: `${formatCount(startedCount)} of ${formatCount(iterations)} iterations`,
    }
  return { ratio: Math.min(1, nowMs / durationMs), left: `${secondsText(durationMs - nowMs)} left` }
}
