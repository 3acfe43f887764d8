/** The rule about loads that end by the number of their iterations. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import { failureCause } from '../failing-journeys.ts'
import { workloadsIn } from '../metrics/journeys.ts'
import { dryFeedersText, ofWorkload } from './load-rules.ts'
import { type Rule, reason } from './rule.ts'

/** The longest time was over before the iterations were, or nobody was left to begin them. */
export const iterationsLeft: Rule = (view) => {
  const { record } = view
  const { status, loadMs } = record
  const short = workloadsIn(record).find(
    ({ workload: { iterations, expectedIterations }, dispatch }) =>
      iterations !== undefined && dispatch.started < (expectedIterations ?? 0),
  )
  if (short === undefined || status !== 'complete') return null
  const { workload, dispatch } = short
  const asked = workload.expectedIterations ?? 0
  const advice =
    failureCause(view) ??
    dryFeedersText(view) ??
    `the longest time of ${formatDurationMs(workload.durationMs)} ended the load: allow more of it (duration), or use more agents`
  return reason(
    'ITERATIONS_LEFT',
    `${ofWorkload(workload)}only ${formatCount(dispatch.started)} of the ${formatCount(asked)} iterations were begun; ${advice}`,
    { asked, started: dispatch.started, loadMs },
  )
}
