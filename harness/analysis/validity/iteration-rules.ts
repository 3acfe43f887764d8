/** The rule about loads that end by the number of their iterations. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import { failureCause } from '../failing-journeys.ts'
import { dryFeedersText } from './load-rules.ts'
import { type Rule, reason } from './rule.ts'

/** The longest time was over before the iterations were, or nobody was left to begin them. */
export const iterationsLeft: Rule = (view) => {
  const { plan, status, dispatch, loadMs } = view.record
  const { iterations, expectedIterations } = plan.workload
  const asked = expectedIterations ?? 0
  if (iterations === undefined || status !== 'complete' || dispatch.started >= asked) return null
  const advice =
    failureCause(view) ??
    dryFeedersText(view) ??
    `the longest time of ${formatDurationMs(plan.durationMs)} ended the load: allow more of it (duration), or use more agents`
  return reason(
    'ITERATIONS_LEFT',
    `only ${formatCount(dispatch.started)} of the ${formatCount(asked)} iterations were begun; ${advice}`,
    { asked, started: dispatch.started, loadMs },
  )
}
