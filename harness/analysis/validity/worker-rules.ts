/** Rules about the hosts of a run: what some of them did not send is not the load of the plan. */
import { formatAmount, formatDurationMs, formatRatio } from '../../base/units.ts'
import { isTrifle, lostEpochs, lostLoadOf } from '../lost-load.ts'
import { type Rule, reason } from './rule.ts'

/** A worker that was lost, whose lease ended, or that was asked to end before the plan did, where it leaves more than a trifle out. */
export const lostWorkers: Rule = (view) => {
  const { record } = view
  const { hosts, plan } = record
  const lost = lostEpochs(record)
  if (lost.length === 0 || isTrifle(view)) return null
  if (lost.length === hosts.length && lost.every(({ end }) => end === 'fenced'))
    return reason(
      'COORDINATOR_LOST',
      `all workers ended the load by themselves, the last after ${formatDurationMs(Math.max(...lost.map(({ throughMs }) => throughMs)))} of ${formatDurationMs(plan.durationMs)}: they heard nothing of their coordinator for longer than a lease; what they counted until then is in the record`,
      { workers: lost },
    )
  const each = lost.map(
    ({ worker, throughMs, message }) =>
      `${worker} after ${formatDurationMs(throughMs)} (${message ?? 'nothing was heard of it'})`,
  )
  return reason(
    'WORKER_LOST',
    `${lost.length} of ${hosts.length} workers did not send their share of ${formatDurationMs(plan.durationMs)}: ${each.join(', ')}; what they counted until then is in the record`,
    { workers: lost, missingRatio: lostLoadOf(view)?.missingRatio ?? null },
  )
}

/** So little is missing that the gates may hold whatever it was: they are judged as if all of it had gone badly. */
export const workersMissed: Rule = (view) => {
  const lost = lostEpochs(view.record)
  const load = lostLoadOf(view)
  if (lost.length === 0 || load === null || !isTrifle(view)) return null
  const names = lost
    .map(({ worker, throughMs }) => `${worker} after ${formatDurationMs(throughMs)}`)
    .join(', ')
  return reason(
    'WORKER_LOST',
    `the load is without ${formatRatio(load.missingRatio)} of its plan (${names}), and at most ${formatAmount(load.unknownRequests, 'request')} were sent that nobody counted: objectives hold with all of them counted as bad`,
    { workers: lost, ...load },
    'warning',
  )
}

/** Counts that its own host could not keep until they were safe. */
export const overflowed: Rule = ({ record: { hosts } }) => {
  const short = hosts.filter(({ overflowCount }) => overflowCount > 0)
  if (short.length === 0) return null
  const each = short.map(({ worker, overflowCount }) => `${worker} ${formatAmount(overflowCount, 'second')}`)
  return reason(
    'UPLINK_OVERFLOW',
    `workers had no room for counts that the broker did not take, and they are missing: ${each.join(', ')}; give --spill more room, or see why the broker was away`,
    { workers: short.map(({ worker, overflowCount }) => ({ worker, overflowCount })) },
  )
}

/** Counts that came so late that nobody could have acted on them. */
export const secondsLate: Rule = ({ record: { hosts } }) => {
  const late = hosts.filter(({ lagMaxMs }) => lagMaxMs > LAG_MAX_MS)
  if (late.length === 0) return null
  const each = late.map(({ worker, lagMaxMs }) => `${worker} ${formatDurationMs(lagMaxMs)}`)
  return reason(
    'SECONDS_LATE',
    `counts came late, and objectives were not watched meanwhile: ${each.join(', ')}; all of them are in the record`,
    { workers: late.map(({ worker, lagMaxMs }) => ({ worker, lagMaxMs })) },
    'warning',
  )
}

/** One of them has another way to the target, or another target: a merged percentile is of neither. */
export const workerDisagrees: Rule = (view) => {
  const { hosts } = view.record
  const pooledMs = view.histogram('service_time', {}).quantileUs(0.5) / 1000
  const others = hosts.flatMap(({ worker, own }) => {
    const apartMs = own === null || hosts.length < 2 ? 0 : own.serviceP50Ms - pooledMs
    const isApart = Math.abs(apartMs) > DISAGREES_MS && Math.abs(apartMs) > DISAGREES_RATIO * pooledMs
    return isApart ? [{ worker, serviceP50Ms: own?.serviceP50Ms ?? 0 }] : []
  })
  if (others.length === 0) return null
  const each = others.map(({ worker, serviceP50Ms }) => `${worker} ${formatDurationMs(serviceP50Ms)}`)
  return reason(
    'WORKER_DISAGREES',
    `workers measured other service times than all together (median ${formatDurationMs(pooledMs)}): ${each.join(', ')}; compare their network, machine and route to the target`,
    { pooledMs, workers: others },
    'warning',
  )
}

/** Seconds of such a worker are not quite the seconds of the others. */
export const clockDrift: Rule = ({ record: { hosts } }) => {
  const apart = hosts.flatMap(({ worker, clock: { driftMs } }) =>
    driftMs !== null && Math.abs(driftMs) > DRIFT_MAX_MS ? [{ worker, driftMs }] : [],
  )
  if (apart.length === 0) return null
  const each = apart.map(({ worker, driftMs }) => `${worker} ${formatDurationMs(Math.abs(driftMs))}`)
  return reason(
    'CLOCK_DRIFT',
    `clocks went apart during the run: ${each.join(', ')}; times are right, but what is counted in one second may belong to the next; see whether those machines keep their clocks (NTP)`,
    { workers: apart },
    'warning',
  )
}

const DISAGREES_MS = 1
const DISAGREES_RATIO = 0.25
const DRIFT_MAX_MS = 250
const LAG_MAX_MS = 60_000

/** Load went on without a judge, and what its objectives did before that is not known any more. */
export const coordinatorReplaced: Rule = ({ record: { takeovers } }) =>
  takeovers.length === 0
    ? null
    : reason(
        'COORDINATOR_REPLACED',
        `the coordinator was lost, and another one went on with the run (${takeovers.map(({ at }) => at).join(', ')}): all counts are there, changes of state of objectives before that are not`,
        { takeovers },
        'warning',
      )
