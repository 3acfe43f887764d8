/** Rules about the load: whether agents did what the plan asked of them. */
import { sum } from 'simple-statistics'
import { formatAmount, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import type { WorkloadPlan } from '../../model/plan.ts'
import { backedOffRatio, failureCause, worstFailure } from '../failing-journeys.ts'
import { agentsExhausted, instrumentSigns, startDelayOf, VALIDITY_LIMITS } from '../instrument-signs.ts'
import { plannedStartsOf, workloadsIn } from '../metrics/journeys.ts'
import type { RecordView } from '../record-view.ts'
import { tooManyAtOnce } from './concurrency-rules.ts'
import { stalled } from './generator-rules.ts'
import { MORE_CPU, type Rule, reason } from './rule.ts'

export const planKept: Rule = (view) => {
  const { record } = view
  // A loop that stood still kept no plan either, and says so itself; so do agents whose code asks for too much at once.
  if (record.status !== 'complete' || stalled(view) !== null || tooManyAtOnce(view) !== null) return null
  const [unkept] = workloadsIn(view).flatMap((each) => {
    // A number of iterations is a plan of its own, and has its own rule.
    if (each.workload.iterations !== undefined) return []
    const planned = plannedStartsOf(each, view)
    const { started } = each.dispatch
    const isKept =
      started >= planned * VALIDITY_LIMITS.planKeptRatio ||
      planned - started <= VALIDITY_LIMITS.planSlackCount
    return isKept ? [] : [{ workload: each.workload, planned, started }]
  })
  if (unkept === undefined) return null
  const { workload, planned, started } = unkept
  const signs = instrumentSigns(view)
  const busy = signs.utilizationMax > VALIDITY_LIMITS.busyUtilization
  const failures = busy ? null : failureCause(view)
  const dry = dryFeedersText(view)
  const advice =
    failures ??
    dry ??
    (busy
      ? `the generator had no CPU left (its loop was up to ${formatRatio(signs.utilizationMax)} busy): ${MORE_CPU}`
      : 'every agent was busy waiting: use more --agents, or a lower rate')
  return reason(
    failures === null ? 'PLAN_NOT_KEPT' : 'JOURNEYS_FAILED',
    `${ofWorkload(workload)}only ${formatRatio(started / planned)} of the planned journeys were started; ${advice}`,
    { planned, started, ...signs },
  )
}

/** Users who are kept waiting by one failure after another fail less often than they would: the ratio of errors is too low. */
export const backedOff: Rule = (view) => {
  const ratio = backedOffRatio(view)
  if (ratio <= VALIDITY_LIMITS.backedOffRatio) return null
  return reason(
    'AGENTS_BACKED_OFF',
    `agents backed off for ${formatRatio(ratio)} of their time after failures in a row (${worstFailure(view)}): they would have met more errors than were counted`,
    { ratio },
  )
}

export const exhausted: Rule = (view) => {
  if (!agentsExhausted(view)) return null
  const signs = instrumentSigns(view)
  const advice = failureCause(view) ?? 'more --agents puts it on the target'
  return reason(
    'AGENTS_EXHAUSTED',
    `up to ${formatCount(signs.backlogMax)} arrivals waited for a free agent while the generator was idle: the target held all ${openAgentsOf(view)} agents; their wait is in the response time (${advice})`,
    { ...signs },
    'warning',
  )
}

export const dropped: Rule = (view) => {
  const dropping = workloadsIn(view).find(
    ({ dispatch }) =>
      dispatch.planned > 0 && dispatch.dropped / dispatch.planned > VALIDITY_LIMITS.droppedRatio,
  )
  if (dropping === undefined) return null
  const { dropped: amount, planned } = dropping.dispatch
  return reason(
    'ARRIVALS_DROPPED',
    `${ofWorkload(dropping.workload)}${formatCount(amount)} of ${formatCount(planned)} arrivals found no free agent and were dropped; ${failureCause(view) ?? dryFeedersText(view) ?? "use more --agents or whenBusy: 'queue'"}`,
    { dropped: amount, planned },
    'warning',
  )
}

/** Begins a sentence about one of several workloads. */
export function ofWorkload({ name }: WorkloadPlan): string {
  return name === undefined ? '' : `workload ${name}: `
}

/** Returns the agents that arrivals may have. */
function openAgentsOf({ plan }: RecordView): number {
  return sum(plan.workloads.flatMap(({ model, agents }) => (model === 'open' ? [agents] : [])))
}

/** Fewer connections than agents: agents wait for one another, which users of their own browsers do not. */
export const poolWaits: Rule = (view) => {
  const pools = Object.values(view.record.plan.targets).flatMap(({ connections }) => connections ?? [])
  const delay = startDelayOf(view)
  if (pools.length === 0 || !delay.large) return null
  const connections = sum(pools)
  return reason(
    'POOL_WAITS',
    `agents waited for one of ${connections} connections (start delay p99 ${formatDurationMs(delay.p99Ms)} of a response p99 of ${formatDurationMs(delay.responseP99Ms)}); their wait is in the response time`,
    { connections, ...delay },
    'warning',
  )
}

/** An agent that found no row in the warm-up is missing in the measured part, too. */
export const dryFeeders: Rule = (view) => {
  const text = dryFeedersText(view)
  const { feedersDry } = view.record.dispatch
  return text === null
    ? null
    : reason('FEEDER_DRY', `${formatAmount(feedersDry, 'agent')} stopped: ${text}`, { feedersDry }, 'warning')
}

/** Names the feeders that ran out of rows; null when none did. */
export function dryFeedersText({ record }: RecordView): string | null {
  if (record.dispatch.feedersDry === 0) return null
  const unique = Object.entries(record.plan.feeders).flatMap(([name, { mode, rows }]) =>
    mode === 'unique' ? [`'${name}' (${formatAmount(rows.length, 'row')})`] : [],
  )
  return `the rows of the unique feeder ${unique.join(' or ')} ran out: give it one row for each planned journey, or use mode circular`
}
