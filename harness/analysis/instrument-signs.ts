/** The condition of the generator during the measured part of a run: the evidence for the rules of validity. */
import { max, median } from 'simple-statistics'
import type { MeasuredView } from './measured-view.ts'

/** Thresholds, with their reasons. */
export const VALIDITY_LIMITS = {
  /** Fewer starts than this share of the plan: another load was measured. */
  planKeptRatio: 0.99,
  /** Starts that may be missing whatever the share: the run's edges. */
  planSlackCount: 5,
  /** A loop this busy has nothing left (ENGINE: 0.41 at 30k/s, 0.96 when saturated). */
  saturatedUtilization: 0.95,
  /** In so many intervals: one alone may be the run's own beginning or end. */
  saturatedRatio: 0.2,
  /** A loop this busy is where the plan was lost, even if it was never quite full. */
  busyUtilization: 0.8,
  /** Start delay counts as large above this ... */
  startDelayMs: 5,
  /** ... and when it is this share of what users waited. */
  startDelayShare: 0.2,
  /** Waiting for a core more than this share of the time: the machine is shared. */
  runQueueWaitRatio: 0.05,
  /** A loop that waits this much for a core looks full, and is not full of work. */
  waitingRatio: 0.8,
  /** Time that the host gave to other machines. */
  stealRatio: 0.05,
  /** One turn of the loop as long as this is a stall of the generator. */
  stallMs: 250,
  /** A garbage collection that stops the generator this long can be seen in the percentiles. */
  gcPauseMs: 100,
  /** Arrivals that were dropped because every agent was busy. */
  droppedRatio: 0.01,
  /** Journeys that started more than 10 ms late. */
  lateRatio: 0.01,
  /** Time of the agents in which they backed off: the errors they would have met in it are counted nowhere. */
  backedOffRatio: 0.01,
  /** Calendar and monotonic time moved apart: somebody set the clock, or the machine slept. */
  clockStepMs: 500,
} as const

/** The worst of each sign over the measured intervals. */
export interface InstrumentSigns {
  readonly utilizationMax: number
  /** Share of intervals, while load was sent, in which the loop was full. */
  readonly busyRatio: number
  readonly runQueueWaitMax: number
  readonly stealMax: number
  /** The median over intervals, which one bad second does not change. */
  readonly runQueueWaitMedian: number
  readonly stealMedian: number
  readonly stallMaxMs: number
  readonly gcPauseMaxMs: number
  readonly backlogMax: number
  readonly agentsMax: number
}

export function instrumentSigns({ intervals, plan }: MeasuredView): InstrumentSigns {
  const worst = (values: readonly number[]) => (values.length === 0 ? 0 : max([...values]))
  const typical = (values: readonly number[]) => (values.length === 0 ? 0 : median([...values]))
  // While the run drains, a loop has little to do however full it was.
  const loaded = intervals.filter(({ startMs }) => startMs < plan.durationMs)
  const busy = loaded.filter(
    ({ health }) =>
      health.eventLoopUtilization > VALIDITY_LIMITS.saturatedUtilization &&
      (health.runQueueWaitRatio ?? 0) < VALIDITY_LIMITS.waitingRatio,
  )
  return {
    utilizationMax: worst(intervals.map(({ health }) => health.eventLoopUtilization)),
    busyRatio: loaded.length === 0 ? 0 : busy.length / loaded.length,
    runQueueWaitMax: worst(intervals.map(({ health }) => health.runQueueWaitRatio ?? 0)),
    stealMax: worst(intervals.map(({ generator }) => generator.stealRatio ?? 0)),
    runQueueWaitMedian: typical(intervals.map(({ health }) => health.runQueueWaitRatio ?? 0)),
    stealMedian: typical(intervals.map(({ generator }) => generator.stealRatio ?? 0)),
    stallMaxMs: worst(intervals.map(({ health }) => health.loopDelayMaxMs)),
    gcPauseMaxMs: worst(intervals.map(({ health }) => health.gcPauseMaxMs)),
    backlogMax: worst(intervals.map(({ backlog }) => backlog)),
    agentsMax: worst(intervals.map(({ activeAgents }) => activeAgents)),
  }
}

/** The delay that the generator and its pools added to the waiting time of users. */
export interface StartDelay {
  readonly p99Ms: number
  readonly responseP99Ms: number
  /** Too much of the response time to be passed over. */
  readonly large: boolean
}

export function startDelayOf(view: MeasuredView): StartDelay {
  const p99Ms = view.histogram('start_delay', {}).quantileUs(0.99) / 1000
  const responseP99Ms = view.histogram('response_time', {}).quantileUs(0.99) / 1000
  const { startDelayMs, startDelayShare } = VALIDITY_LIMITS
  return { p99Ms, responseP99Ms, large: p99Ms > startDelayMs && p99Ms > startDelayShare * responseP99Ms }
}

/** Arrivals waited because every agent waited for the target: the target's doing, and part of the response time. */
export function agentsExhausted(view: MeasuredView): boolean {
  const { workload } = view.plan
  const signs = instrumentSigns(view)
  return workload.model === 'open' && signs.backlogMax > 0 && signs.busyRatio < VALIDITY_LIMITS.saturatedRatio
}
