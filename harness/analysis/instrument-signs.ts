/** The condition of the generator during the measured part of a run: the evidence for the rules of validity. */
import { max, median } from 'simple-statistics'
import { ANY_OUTCOME } from '../model/outcome.ts'
import type { MeasuredView } from './measured-view.ts'

/** Thresholds, with their reasons. */
export const VALIDITY_LIMITS = {
  /** Fewer starts than this share of the plan: another load was measured. */
  planKeptRatio: 0.99,
  /** Starts that may be missing whatever the share: the run's edges. */
  planSlackCount: 5,
  /** A loop this busy has nothing left (ENGINE: 0.41 at 30k/s, 0.96 when saturated). */
  saturatedUtilization: 0.95,
  /** In so many intervals ... */
  saturatedRatio: 0.2,
  /** ... and in more than one, if there are more: one alone may be the run's own beginning or end. */
  saturatedCount: 2,
  /** A loop this busy is where the plan was lost, even if it was never quite full. */
  busyUtilization: 0.8,
  /** Start delay counts as large above this ... */
  startDelayMs: 5,
  /** ... and when it is this share of what users waited. */
  startDelayShare: 0.2,
  /** Waiting for a core more than this share of the time: the machine is shared. */
  runQueueWaitRatio: 0.05,
  /** Waiting for a core so much in a typical second: what is missed by little is not believed, even if starts were hardly late. */
  typicalWaitRatio: 0.1,
  /** A loop that waits for a core longer than it works looks full, and is not full of work. */
  waitingRatio: 0.5,
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
  /** Requests that waited for other requests of their own agent: a 99th percentile shows it. */
  ownWaitsRatio: 0.01,
  /** Time of the agents in which they backed off: the errors they would have met in it are counted nowhere. */
  backedOffRatio: 0.01,
  /** Calendar and monotonic time moved apart: somebody set the clock, or the machine slept. */
  clockStepMs: 500,
} as const

/** The worst of each sign over the measured intervals. */
export interface InstrumentSigns {
  readonly utilizationMax: number
  /** Intervals, while load was sent, in which the loop was full, and their share. */
  readonly busyCount: number
  readonly busyRatio: number
  /**
   * The CPU that the load as planned needs, as a share of what a loop has: its work of a typical second (its busy time without
   * its waits for a core), by what was planned for each start that was made. Who else is on the machine does not change it.
   */
  readonly neededRatio: number
  readonly utilizationMedian: number
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

export function instrumentSigns({ intervals, plan, dispatch }: MeasuredView): InstrumentSigns {
  const worst = (values: readonly number[]) => (values.length === 0 ? 0 : max([...values]))
  const typical = (values: readonly number[]) => (values.length === 0 ? 0 : median([...values]))
  // While the run drains, a loop has little to do however full it was.
  const loaded = intervals.filter(({ startMs }) => startMs < plan.durationMs)
  const busy = loaded.filter(
    ({ health }) =>
      health.eventLoopUtilization > VALIDITY_LIMITS.saturatedUtilization &&
      (health.runQueueWaitRatio ?? 0) < VALIDITY_LIMITS.waitingRatio,
  )
  const workRatio = typical(
    loaded.map(({ health }) => Math.max(0, health.eventLoopUtilization - (health.runQueueWaitRatio ?? 0))),
  )
  return {
    utilizationMax: worst(intervals.map(({ health }) => health.eventLoopUtilization)),
    busyCount: busy.length,
    busyRatio: loaded.length === 0 ? 0 : busy.length / loaded.length,
    neededRatio: dispatch.started === 0 ? 0 : (workRatio * dispatch.planned) / dispatch.started,
    utilizationMedian: typical(loaded.map(({ health }) => health.eventLoopUtilization)),
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

/**
 * The loop had no time left for more: it was full, or it was busy and would have been full with what it could not start. Other
 * processes that took some of its time do not change the latter: with a core of its own, it had not kept the plan either.
 */
export function isLoopFull({
  busyCount,
  busyRatio,
  neededRatio,
  utilizationMedian,
}: Pick<InstrumentSigns, 'busyCount' | 'busyRatio' | 'neededRatio' | 'utilizationMedian'>): boolean {
  const { busyUtilization, saturatedCount, saturatedRatio, saturatedUtilization } = VALIDITY_LIMITS
  const wasFull = busyRatio === 1 || (busyRatio >= saturatedRatio && busyCount >= saturatedCount)
  return wasFull || (utilizationMedian > busyUtilization && neededRatio > saturatedUtilization)
}

/** The delay that the generator and its pools added to the waiting time of users. */
export interface StartDelay {
  readonly p99Ms: number
  readonly responseP99Ms: number
  /** Too much of the response time to be passed over, and not for the agents' own requests alone. */
  readonly large: boolean
}

export function startDelayOf(view: MeasuredView): StartDelay {
  const delays = view.histogram('start_delay', {})
  const p99Ms = delays.quantileUs(0.99) / 1000
  const responseP99Ms = view.histogram('response_time', { outcome: ANY_OUTCOME }).quantileUs(0.99) / 1000
  const { startDelayMs, startDelayShare } = VALIDITY_LIMITS
  const boundMs = Math.max(startDelayMs, startDelayShare * responseP99Ms)
  // An agent that waits for its own connections does so whatever the generator does.
  const { ownWaits } = view.dispatch
  const isOwn = ownWaits > 0 && delays.countOver(boundMs * 1000) - ownWaits <= 0.01 * delays.count
  return { p99Ms, responseP99Ms, large: p99Ms > boundMs && !isOwn }
}

/** Arrivals waited because every agent waited for the target: the target's doing, and part of the response time. */
export function agentsExhausted(view: MeasuredView): boolean {
  const signs = instrumentSigns(view)
  return (
    view.plan.workloads.some(({ model }) => model === 'open') && signs.backlogMax > 0 && !isLoopFull(signs)
  )
}
