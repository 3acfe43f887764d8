/**
 * The load that lost workers did not send, and what they may have sent uncounted. Shards are shares of equal size, so the missing
 * load of a second is what the others sent in it, by the number of threads.
 */
import { sum } from 'simple-statistics'
import { formatAmount } from '../base/units.ts'
import { completedOf } from '../measure/counts.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import { modelOf } from '../model/plan-load.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { VerdictReason } from '../model/verdict.ts'
import { demandText } from '../text/demand-text.ts'
import { outcomeWith } from './evaluate.ts'
import type { IntervalView } from './interval-view.ts'
import type { RecordView } from './record-view.ts'
import { reason } from './validity/rule.ts'

export interface LostLoad {
  /** Share of the measured load that was not sent. */
  readonly missingRatio: number
  /** Upper bound of the requests that were sent and not counted. */
  readonly unknownRequests: number
}

/** More than this missing is another load than the plan's. */
const MISSING_RATIO_MAX = 0.01
/** A second that was read this much early is the second of its worker all the same. */
const READ_SLACK_MS = 500

/** The stretches of workers that did not finish. */
export function lostEpochs({ hosts }: RunRecord) {
  return hosts.flatMap(({ worker, threads, epochs }) =>
    epochs.flatMap((epoch) => (epoch.end === 'finished' ? [] : [{ worker, threads, ...epoch }])),
  )
}

/** Null: nobody was lost, or in some second nobody was left. */
export function lostLoadOf({ record, intervals }: RecordView): LostLoad | null {
  const lost = lostEpochs(record)
  const shares = intervals.map((interval) => livingShare(record, interval))
  if (lost.length === 0 || shares.some((share) => share === 0)) return null
  const full = (amount: (interval: RecordInterval) => number) =>
    intervals.map((interval, i) => amount(interval) / (shares[i] as number))
  const loads = full((interval) => loadOf(record, interval))
  const planned = sum(loads)
  const missing = sum(loads.map((load, i) => load * (1 - (shares[i] as number))))
  const perSecond = Math.max(0, ...full(requestsPerSecond))
  const inFlight = Math.max(0, ...full((interval) => interval.inFlight))
  const unknown = lost.map(({ threads, throughMs, untilMs }) =>
    untilMs === null
      ? 0
      : (threads / threadsOf(record)) * (inFlight + (perSecond * Math.max(0, untilMs - throughMs)) / 1000),
  )
  return { missingRatio: planned === 0 ? 0 : missing / planned, unknownRequests: Math.ceil(sum(unknown)) }
}

/** Tells whether the load went on to its end without what was lost, and that is next to nothing. */
export function isTrifle(view: RecordView): boolean {
  const load = view.record.status === 'complete' ? lostLoadOf(view) : null
  return load !== null && load.missingRatio <= MISSING_RATIO_MAX
}

/**
 * Gives the reason why nothing can be said: an objective would be judged otherwise, had all that nobody counted gone badly, or well.
 * @param results of the objectives, in their order
 */
export function lostRequestsDecide(
  view: RecordView,
  objectives: readonly ObjectivePlan[],
  results: readonly ObjectiveResult[],
  intervals: readonly IntervalView[],
): { readonly reason: VerdictReason; readonly about: ReadonlySet<ObjectivePlan> } | null {
  const unknown = isTrifle(view) ? (lostLoadOf(view)?.unknownRequests ?? 0) : 0
  if (unknown === 0) return null
  const open = objectives.filter((objective, i) => {
    const outcome = results[i]?.outcome
    if (!isGate(objective) || (outcome !== 'met' && outcome !== 'missed')) return false
    const changed = outcomeWith(view, objective, intervals, { unknown, isBad: outcome === 'met' })
    return changed !== null && changed !== outcome
  })
  const [first] = open
  if (first === undefined) return null
  return {
    about: new Set(open),
    reason: reason(
      'LOST_REQUESTS_DECIDE',
      `${demandText(first)} depends on ${formatAmount(unknown, 'request')} that lost workers may have sent and nobody counted; run it again`,
      { unknownRequests: unknown, objectives: open.map(demandText) },
    ),
  }
}

/** The share of the threads whose counts of an interval are there. */
function livingShare(record: RunRecord, { endMs }: RecordInterval): number {
  const living = record.hosts.filter(({ epochs }) =>
    epochs.some(({ end, throughMs }) => end === 'finished' || throughMs >= endMs - READ_SLACK_MS),
  )
  return sum(living.map(({ threads }) => threads)) / threadsOf(record)
}

function threadsOf({ hosts }: RunRecord): number {
  return sum(hosts.map(({ threads }) => threads))
}

/** The load that was to be sent in an interval: arrivals, or agents. */
function loadOf({ plan }: RunRecord, { dispatch, activeAgents, startMs, endMs }: RecordInterval): number {
  return modelOf(plan) === 'open' ? dispatch.planned : activeAgents * (endMs - startMs)
}

function requestsPerSecond({ steps, startMs, endMs }: RecordInterval): number {
  const ended = sum(Object.values(steps).map((step) => completedOf(step) + step.aborted))
  return ended / Math.max(0.001, (endMs - startMs) / 1000)
}
