/** Rules about the hosts of a run: what some of them did not send is not the load of the plan. */
import { formatDurationMs } from '../../base/units.ts'
import { type Rule, reason } from './rule.ts'

/** A worker that was lost, whose lease ended, or that was asked to end before the plan did. */
export const lostWorkers: Rule = ({ record: { hosts, plan } }) => {
  const lost = hosts.flatMap(({ worker, epochs }) =>
    epochs.flatMap(({ end, throughMs, message }) =>
      end === 'finished' ? [] : [{ worker, end, throughMs, message }],
    ),
  )
  if (lost.length === 0) return null
  const each = lost.map(
    ({ worker, throughMs, message }) =>
      `${worker} after ${formatDurationMs(throughMs)} (${message ?? 'nothing was heard of it'})`,
  )
  return reason(
    'WORKER_LOST',
    `${lost.length} of ${hosts.length} workers did not send their share of ${formatDurationMs(plan.durationMs)}: ${each.join(', ')}; what they counted until then is in the record`,
    { workers: lost },
  )
}
