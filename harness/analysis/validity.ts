/**
 * May this run's numbers be believed? Each rule looks at the instrument, never at the target, and says which resource
 * ran out and what to do. A slow target is not an invalid measurement: when agents wait for it while the generator's
 * loop is idle, the delay is the target's doing and stays in the response time (ENGINE section 5).
 */
import { max } from 'simple-statistics'
import { formatCount, formatDurationMs, formatRatio } from '../base/units.ts'
import { STEP_OUTCOMES } from '../model/outcome.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { VerdictReason } from '../model/verdict.ts'
import { plannedStarts } from './metric-values.ts'
import { completedOf, type RecordView } from './record-view.ts'

/** Thresholds, with their reasons. */
export const VALIDITY_LIMITS = {
  /** Fewer starts than this share of the plan: another load was measured. */
  planKeptRatio: 0.99,
  /** Starts that may be missing whatever the share: the run's edges. */
  planSlackCount: 5,
  /** A loop this busy has nothing left (ENGINE: 0.41 at 30k/s, 0.96 when saturated). */
  saturatedUtilization: 0.95,
  /** Start delay counts as large above this ... */
  startDelayMs: 5,
  /** ... and when it is this share of what users waited. */
  startDelayShare: 0.2,
  /** Waiting for a core more than this share of the time: the machine is shared. */
  runQueueWaitRatio: 0.05,
  /** One turn of the loop as long as this is a stall of the generator. */
  stallMs: 250,
  /** Arrivals that were dropped because every agent was busy. */
  droppedRatio: 0.01,
} as const

/** What was found: reasons that make the measurement unbelievable, and things to know. */
export interface Validity {
  readonly invalid: readonly VerdictReason[]
  readonly cautions: readonly VerdictReason[]
}

type Rule = (view: RecordView) => VerdictReason | null

export function assessValidity(view: RecordView): Validity {
  const apply = (rules: readonly Rule[]) =>
    rules.map((rule) => rule(view)).filter((reason) => reason !== null)
  return { invalid: apply(INVALIDATING), cautions: apply(CAUTIONING) }
}

function reason(
  code: string,
  message: string,
  evidence: Record<string, unknown>,
  severity: VerdictReason['severity'] = 'critical',
): VerdictReason {
  return { code, severity, message, evidence }
}

const interrupted: Rule = ({ record }) =>
  record.status === 'interrupted'
    ? reason(
        'INTERRUPTED',
        `the run was interrupted after ${formatDurationMs(record.loadMs)} of ${formatDurationMs(record.plan.durationMs)}`,
        { loadMs: record.loadMs },
      )
    : null

const noData: Rule = (view) =>
  completedOf(view.counts({})) === 0
    ? reason('NO_DATA', 'no request was completed in the measured part of the run', {
        planned: view.record.dispatch.planned,
      })
    : null

const lostShards: Rule = ({ record }) => {
  const lost = record.shards.filter(({ status }) => status !== 'finished')
  if (lost.length === 0) return null
  const [first] = lost
  const code = first?.status === 'stuck' ? 'STUCK_SHARD' : 'LOST_SHARD'
  return reason(
    code,
    `${lost.length} of ${record.shards.length} shards did not finish: ${first?.message ?? 'no reason known'}`,
    { shards: lost },
  )
}

const broken: Rule = (view) => {
  const faults = brokenSums(view.record)
  return faults.length === 0
    ? null
    : reason('COUNTS_BROKEN', `counts do not add up: ${faults.join('; ')}. This is a bug in proofload`, {
        faults,
      })
}

/** Every sum that must hold and does not. Shards that were lost may have been cut between two counts. */
function brokenSums(record: RunRecord): string[] {
  if (record.shards.some(({ status }) => status !== 'finished')) return []
  const faults: string[] = []
  const { planned, started, dropped, cancelled } = record.dispatch
  if (planned !== started + dropped + cancelled)
    faults.push(`planned ${planned} is not started ${started} + dropped ${dropped} + cancelled ${cancelled}`)
  for (const step of record.steps) {
    const ended = completedOf(step) + step.aborted
    if (step.started !== ended)
      faults.push(`${step.phase}/${step.step}: started ${step.started}, ended ${ended}`)
  }
  const timed = (outcome: string) =>
    record.cells.reduce(
      (sum, cell) => sum + (cell.metric === 'response_time' && cell.outcome === outcome ? cell.count : 0),
      0,
    )
  const counted = [...STEP_OUTCOMES.slice(0, 4)].map((outcome, i) => {
    const key = (['ok', 'failed', 'errored', 'timedOut'] as const)[i] as 'ok'
    return { outcome, count: record.steps.reduce((sum, step) => sum + step[key], 0) }
  })
  for (const { outcome, count } of counted)
    if (timed(outcome) !== count) faults.push(`${outcome}: counted ${count}, timed ${timed(outcome)}`)
  return faults
}

/** Highest utilisation and whether work piled up, over the measured intervals. */
function loadSigns(view: RecordView) {
  const { intervals } = view
  const worst = (values: readonly number[]) => (values.length === 0 ? 0 : max([...values]))
  const busy = intervals.filter(
    ({ health }) => health.eventLoopUtilization > VALIDITY_LIMITS.saturatedUtilization,
  )
  return {
    utilizationMax: worst(intervals.map(({ health }) => health.eventLoopUtilization)),
    busyRatio: intervals.length === 0 ? 0 : busy.length / intervals.length,
    runQueueWaitMax: worst(intervals.map(({ health }) => health.runQueueWaitRatio ?? 0)),
    stallMaxMs: worst(intervals.map(({ health }) => health.loopDelayMaxMs)),
    backlogMax: worst(intervals.map(({ backlog }) => backlog)),
    agentsMax: worst(intervals.map(({ activeAgents }) => activeAgents)),
  }
}

const planKept: Rule = (view) => {
  const { record } = view
  if (record.status === 'interrupted') return null
  const planned = plannedStarts(view)
  const { started } = record.dispatch
  if (
    started >= planned * VALIDITY_LIMITS.planKeptRatio ||
    planned - started <= VALIDITY_LIMITS.planSlackCount
  )
    return null
  const signs = loadSigns(view)
  const advice =
    signs.utilizationMax > VALIDITY_LIMITS.saturatedUtilization
      ? 'the generator had no CPU left: use more --threads, another machine, or a lower rate'
      : 'every agent was busy waiting: use more --agents, or a lower rate'
  return reason(
    'PLAN_NOT_KEPT',
    `only ${formatRatio(started / planned)} of the planned journeys were started; ${advice}`,
    { planned, started, ...signs },
  )
}

/** The loop was full *and* it showed: work piled up or starts came late. */
const saturated: Rule = (view) => {
  const signs = loadSigns(view)
  const delay = startDelay(view)
  const showed =
    signs.backlogMax > signs.agentsMax || (delay.large && view.record.plan.workload.model === 'open')
  if (signs.busyRatio < 0.2 || !showed) return null
  return reason(
    'GENERATOR_SATURATED',
    `the generator was the bottleneck: its loop was ${formatRatio(signs.utilizationMax)} busy and ${formatCount(signs.backlogMax)} arrivals waited; use more --threads, another machine, or a lower rate`,
    { ...signs, startDelayP99Ms: delay.p99Ms },
  )
}

function startDelay(view: RecordView) {
  const p99Ms = view.histogram('start_delay', {}).quantileUs(0.99) / 1000
  const responseP99Ms = view.histogram('response_time', {}).quantileUs(0.99) / 1000
  return {
    p99Ms,
    responseP99Ms,
    large: p99Ms > VALIDITY_LIMITS.startDelayMs && p99Ms > VALIDITY_LIMITS.startDelayShare * responseP99Ms,
  }
}

/** Arrivals waited because every agent waited for the target: the target's doing, and part of the response time. */
function agentsExhausted(view: RecordView): boolean {
  const { workload } = view.record.plan
  const signs = loadSigns(view)
  return workload.model === 'open' && signs.backlogMax > 0 && signs.busyRatio < 0.2
}

/** Late for no reason of the target's: the loop stalled, or the thread waited for a core. */
const starved: Rule = (view) => {
  const delay = startDelay(view)
  const signs = loadSigns(view)
  const disturbed =
    signs.stallMaxMs > VALIDITY_LIMITS.stallMs || signs.runQueueWaitMax > VALIDITY_LIMITS.runQueueWaitRatio
  if (!delay.large || agentsExhausted(view) || !disturbed || signs.busyRatio >= 0.2) return null
  return reason(
    'GENERATOR_STARVED',
    `the generator was kept from its work: start delay p99 ${formatDurationMs(delay.p99Ms)}, longest turn ${formatDurationMs(signs.stallMaxMs)}, up to ${formatRatio(signs.runQueueWaitMax)} of the time without a core; stop other work on this machine`,
    { ...delay, ...signs },
  )
}

const lateStarts: Rule = (view) => {
  const delay = startDelay(view)
  if (!delay.large || agentsExhausted(view) || view.record.plan.connections !== null) return null
  if (starved(view) !== null || saturated(view) !== null) return null
  return reason(
    'START_DELAY',
    `start delay p99 ${formatDurationMs(delay.p99Ms)} is too much of the response time (p99 ${formatDurationMs(delay.responseP99Ms)}): the generator, not the target, made users wait`,
    delay,
  )
}

const dropped: Rule = ({ record }) => {
  const { dropped: amount, planned } = record.dispatch
  if (planned === 0 || amount / planned <= VALIDITY_LIMITS.droppedRatio) return null
  return reason(
    'ARRIVALS_DROPPED',
    `${formatCount(amount)} of ${formatCount(planned)} arrivals found no free agent and were dropped; use more --agents or whenBusy: 'queue'`,
    { dropped: amount, planned },
    'warning',
  )
}

const exhausted: Rule = (view) => {
  if (!agentsExhausted(view)) return null
  const signs = loadSigns(view)
  return reason(
    'AGENTS_EXHAUSTED',
    `up to ${formatCount(signs.backlogMax)} arrivals waited for a free agent while the generator was idle: the target held all ${view.record.plan.workload.agents} agents; their wait is in the response time (more --agents puts it on the target)`,
    signs,
    'warning',
  )
}

const overflow: Rule = ({ record }) => {
  const overflowCount = record.cells.reduce((sum, cell) => sum + cell.overflowCount, 0)
  return overflowCount === 0
    ? null
    : reason(
        'HISTOGRAM_OVERFLOW',
        `${overflowCount} durations were longer than an hour and count as one hour`,
        { overflowCount },
        'warning',
      )
}

const dryFeeders: Rule = ({ record }) =>
  record.dispatch.feedersDry === 0
    ? null
    : reason(
        'FEEDER_DRY',
        `${record.dispatch.feedersDry} agents stopped because a unique feeder had no row left`,
        { feedersDry: record.dispatch.feedersDry },
        'warning',
      )

const codeFailed: Rule = ({ record }) => {
  const failed = record.shards.find(({ status, message }) => status === 'finished' && message !== null)
  return failed === undefined
    ? null
    : reason(
        'CODE_FAILED',
        `code of the scenario threw: ${failed.message?.split('\n')[0]}`,
        { message: failed.message },
        'warning',
      )
}

const INVALIDATING: readonly Rule[] = [
  interrupted,
  noData,
  lostShards,
  broken,
  planKept,
  saturated,
  starved,
  lateStarts,
]
const CAUTIONING: readonly Rule[] = [dropped, exhausted, overflow, dryFeeders, codeFailed]
