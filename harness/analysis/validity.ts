/**
 * May this run's numbers be believed? Each rule looks at the instrument, never at the target, and says which resource
 * ran out and what to do. A slow target is not an invalid measurement: when agents wait for it while the generator's
 * loop is idle, the delay is the target's doing and stays in the response time (ENGINE section 5).
 */
import { formatCount, formatDurationMs, formatRatio } from '../base/units.ts'
import { completedOf } from '../measure/counts.ts'
import { LATE_START_MS, LOOP_STALL_MS } from '../model/generator-limits.ts'
import { OTHER_NAMES } from '../model/interval-snapshot.ts'
import type { VerdictReason } from '../model/verdict.ts'
import { brokenSums } from './broken-sums.ts'
import { backedOffRatio, failureCause, worstFailure } from './failure-cause.ts'
import { type InstrumentSigns, instrumentSigns, startDelayOf, VALIDITY_LIMITS } from './instrument-signs.ts'
import type { MeasuredView } from './measured-view.ts'
import { plannedStarts } from './metrics/journeys.ts'
import type { RecordView } from './record-view.ts'

/** What was found: reasons that make the measurement unbelievable, and things to know. */
export interface Validity {
  readonly invalid: readonly VerdictReason[]
  readonly cautions: readonly VerdictReason[]
}

const MORE_CPU = 'use more --threads, another machine, or a lower rate'

type Rule = (view: RecordView) => VerdictReason | null

export function assessValidity(view: RecordView): Validity {
  const apply = (rules: readonly Rule[]) =>
    rules.map((rule) => rule(view)).filter((reason) => reason !== null)
  return { invalid: apply(INVALIDATING), cautions: apply(CAUTIONING) }
}

/** Whether the generator itself, and not the target, made these seconds slow; null when it did not. */
export function generatorInDoubt(view: MeasuredView): VerdictReason | null {
  return stalled(view) ?? saturated(view) ?? starved(view)
}

/** Reason not to believe any time of a run in which a loop of the generator stood still; null when none did. */
export function stalled({ touched }: Pick<MeasuredView, 'touched'>): VerdictReason | null {
  const stallMaxMs = Math.max(0, ...touched.map(({ health }) => health.loopDelayMaxMs))
  if (stallMaxMs < LOOP_STALL_MS) return null
  return reason(
    'GENERATOR_STALLED',
    `a loop of the generator stood still for ${formatDurationMs(stallMaxMs)}: what was under way is counted and not timed, and no objective on times can be judged; keep this machine from being paused, and long work out of the scenario's code`,
    { stallMaxMs },
  )
}

function reason(
  code: string,
  message: string,
  evidence: Record<string, unknown>,
  severity: VerdictReason['severity'] = 'critical',
): VerdictReason {
  return { code, severity, message, about: null, detail: message, evidence }
}

const interrupted: Rule = ({ record }) =>
  record.status === 'interrupted'
    ? reason(
        'INTERRUPTED',
        `the run was interrupted after ${formatDurationMs(record.loadMs)} of ${formatDurationMs(record.plan.durationMs)}`,
        { loadMs: record.loadMs },
      )
    : null

const partial: Rule = ({ record }) =>
  record.status === 'partial'
    ? reason(
        'RUN_PARTIAL',
        `the run was killed after ${formatDurationMs(record.loadMs)} of ${formatDurationMs(record.plan.durationMs)} and recovered from its journal`,
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
  if (record.status === 'partial') return null
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

const planKept: Rule = (view) => {
  const { record } = view
  // A loop that stood still kept no plan either, and says so itself.
  if (record.status !== 'complete' || stalled(view) !== null) return null
  const planned = plannedStarts(view)
  const { started } = record.dispatch
  if (
    started >= planned * VALIDITY_LIMITS.planKeptRatio ||
    planned - started <= VALIDITY_LIMITS.planSlackCount
  )
    return null
  const signs = instrumentSigns(view)
  const busy = signs.utilizationMax > VALIDITY_LIMITS.busyUtilization
  const failures = busy ? null : failureCause(record)
  const advice =
    failures ??
    (busy
      ? `the generator had no CPU left (its loop was up to ${formatRatio(signs.utilizationMax)} busy): ${MORE_CPU}`
      : 'every agent was busy waiting: use more --agents, or a lower rate')
  return reason(
    failures === null ? 'PLAN_NOT_KEPT' : 'JOURNEYS_FAILED',
    `only ${formatRatio(started / planned)} of the planned journeys were started; ${advice}`,
    { planned, started, ...signs },
  )
}

/** Users who are kept waiting by one failure after another fail less often than they would: the ratio of errors is too low. */
const backedOff: Rule = (view) => {
  const ratio = backedOffRatio(view)
  if (ratio <= VALIDITY_LIMITS.backedOffRatio) return null
  return reason(
    'AGENTS_BACKED_OFF',
    `agents backed off for ${formatRatio(ratio)} of their time after failures in a row (${worstFailure(view.record.steps)}): they would have met more errors than were counted`,
    { ratio },
  )
}

/** The loop was full *and* it showed: work piled up or starts came late. */
const saturated = (view: MeasuredView): VerdictReason | null => {
  const signs = instrumentSigns(view)
  const delay = startDelayOf(view)
  const showed = signs.backlogMax > signs.agentsMax || delay.large
  if (signs.busyRatio < VALIDITY_LIMITS.saturatedRatio || !showed) return null
  return reason(
    'GENERATOR_SATURATED',
    `the generator was the bottleneck: its loop was ${formatRatio(signs.utilizationMax)} busy, starts were late by ${formatDurationMs(delay.p99Ms)} (p99) and ${formatCount(signs.backlogMax)} arrivals waited for an agent: ${MORE_CPU}`,
    { ...signs, startDelayP99Ms: delay.p99Ms },
  )
}

/** Arrivals waited because every agent waited for the target: the target's doing, and part of the response time. */
function agentsExhausted(view: MeasuredView): boolean {
  const { workload } = view.plan
  const signs = instrumentSigns(view)
  return workload.model === 'open' && signs.backlogMax > 0 && signs.busyRatio < VALIDITY_LIMITS.saturatedRatio
}

/**
 * Late for no reason of the target's: the loop stalled, or the thread or the machine waited for a core. Agents that all
 * wait for the target make starts late, too: then one second in which a thread waited for a core explains nothing, and a
 * typical one has to show it.
 */
const starved = (view: MeasuredView): VerdictReason | null => {
  const delay = startDelayOf(view)
  const signs = instrumentSigns(view)
  const culprit = whoTookTheTime(signs, agentsExhausted(view))
  if (!delay.large || culprit === null) return null
  if (signs.busyRatio >= VALIDITY_LIMITS.saturatedRatio) return null
  return reason(
    'GENERATOR_STARVED',
    `the generator was kept from its work: start delay p99 ${formatDurationMs(delay.p99Ms)}; ${culprit}`,
    { ...delay, ...signs },
  )
}

/** Every resource that ran out, and what to do about each; null when none did. */
function whoTookTheTime(signs: InstrumentSigns, isTypicalNeeded: boolean): string | null {
  const { runQueueWaitMax, stealMax, gcPauseMaxMs, stallMaxMs } = signs
  const steal = isTypicalNeeded ? signs.stealMedian : stealMax
  const runQueueWait = isTypicalNeeded ? signs.runQueueWaitMedian : runQueueWaitMax
  const culprits: string[] = []
  if (steal > VALIDITY_LIMITS.stealRatio)
    culprits.push(
      `the host gave up to ${formatRatio(stealMax)} of this machine's time to others: use a machine that is not shared`,
    )
  if (runQueueWait > VALIDITY_LIMITS.runQueueWaitRatio)
    culprits.push(
      `its threads waited for a core up to ${formatRatio(runQueueWaitMax)} of the time: stop other work on this machine, or use fewer --threads than cores`,
    )
  if (gcPauseMaxMs > VALIDITY_LIMITS.gcPauseMs)
    culprits.push(
      `garbage collection stopped it for ${formatDurationMs(gcPauseMaxMs)}: keep less in agent.vars and in answers, or use more --threads`,
    )
  if (stallMaxMs > VALIDITY_LIMITS.stallMs && gcPauseMaxMs <= VALIDITY_LIMITS.gcPauseMs)
    culprits.push(
      `one turn of its loop took ${formatDurationMs(stallMaxMs)}: look for long work in the scenario's code`,
    )
  return culprits.length === 0 ? null : culprits.join('; ')
}

const lateStarts: Rule = (view) => {
  const delay = startDelayOf(view)
  if (!delay.large || agentsExhausted(view) || view.record.plan.connections !== null) return null
  if (starved(view) !== null || saturated(view) !== null) return null
  return reason(
    'START_DELAY',
    `start delay p99 ${formatDurationMs(delay.p99Ms)} is too much of the response time (p99 ${formatDurationMs(delay.responseP99Ms)}): the generator, not the target, made users wait`,
    { ...delay },
  )
}

const NO_SOCKET_LEFT = [
  {
    kind: 'no-descriptor',
    code: 'DESCRIPTORS_EXHAUSTED',
    message: 'the generator had no file descriptor left',
    advice: 'raise `ulimit -n`, or share connections with `connections`',
  },
  {
    kind: 'no-port',
    code: 'PORTS_EXHAUSTED',
    message: 'the generator had no local port left',
    advice: 'widen net.ipv4.ip_local_port_range, keep connections alive, or use another machine',
  },
] as const

/** Requests that failed because this machine could not open a socket say nothing about the target. */
const exhaustedSockets: Rule = ({ record }) => {
  for (const { kind, code, message, advice } of NO_SOCKET_LEFT) {
    const requests = record.steps.reduce((sum, { errors }) => sum + (errors[kind] ?? 0), 0)
    if (requests > 0)
      return reason(code, `${message} for ${formatCount(requests)} requests: ${advice}`, { requests })
  }
  return null
}

const latePart: Rule = ({ record }) => {
  const { lateStarts: late, started } = record.dispatch
  if (started === 0 || late / started <= VALIDITY_LIMITS.lateRatio) return null
  return reason(
    'LATE_STARTS',
    `${formatRatio(late / started)} of the journeys started more than ${LATE_START_MS} ms late; their wait is in the response time`,
    { lateStarts: late, started },
    'warning',
  )
}

/** Fewer connections than agents: agents wait for one another, which users of their own browsers do not. */
const poolWaits: Rule = (view) => {
  const { connections } = view.record.plan
  const delay = startDelayOf(view)
  if (connections === null || !delay.large) return null
  return reason(
    'POOL_WAITS',
    `agents waited for one of ${connections} connections (start delay p99 ${formatDurationMs(delay.p99Ms)} of a response p99 of ${formatDurationMs(delay.responseP99Ms)}); their wait is in the response time`,
    { connections, ...delay },
    'warning',
  )
}

const gcPauses: Rule = (view) => {
  const { gcPauseMaxMs } = instrumentSigns(view)
  if (gcPauseMaxMs <= VALIDITY_LIMITS.gcPauseMs) return null
  return reason(
    'GC_PAUSE',
    `garbage collection stopped a thread of the generator for ${formatDurationMs(gcPauseMaxMs)}; keep less in agent.vars and in answers, or use more --threads`,
    { gcPauseMaxMs },
    'warning',
  )
}

const clockStep: Rule = ({ record }) => {
  const stepMs = record.intervals.reduce(
    (most, { generator }) =>
      Math.abs(generator.clockStepMs) > Math.abs(most) ? generator.clockStepMs : most,
    0,
  )
  if (Math.abs(stepMs) <= VALIDITY_LIMITS.clockStepMs) return null
  return reason(
    'CLOCK_STEP',
    `the calendar moved ${formatDurationMs(Math.abs(stepMs))} ${stepMs > 0 ? 'ahead' : 'back'} during the run: somebody set the clock, or the machine slept; durations are measured on another clock, times of day in the record are off`,
    { clockStepMs: stepMs },
    'warning',
  )
}

/** Given up at the end of the drain: counted as errors; here because nobody else says that they still waited. */
const unanswered: Rule = (view) => {
  const counts = view.counts({})
  const requests = counts.errors['unanswered'] ?? 0
  if (requests === 0) return null
  const completed = completedOf(counts)
  return reason(
    'UNANSWERED',
    `${formatCount(requests)} of ${formatCount(completed)} requests had no answer when the drain of ${formatDurationMs(view.plan.drainMs)} ended: they count as errors, and as waits of at least as long`,
    { requests, completed, drainMs: view.plan.drainMs },
    'warning',
  )
}

const dropped: Rule = ({ record }) => {
  const { dropped: amount, planned } = record.dispatch
  if (planned === 0 || amount / planned <= VALIDITY_LIMITS.droppedRatio) return null
  return reason(
    'ARRIVALS_DROPPED',
    `${formatCount(amount)} of ${formatCount(planned)} arrivals found no free agent and were dropped; ${failureCause(record) ?? "use more --agents or whenBusy: 'queue'"}`,
    { dropped: amount, planned },
    'warning',
  )
}

const exhausted: Rule = (view) => {
  if (!agentsExhausted(view)) return null
  const signs = instrumentSigns(view)
  const advice = failureCause(view.record) ?? 'more --agents puts it on the target'
  return reason(
    'AGENTS_EXHAUSTED',
    `up to ${formatCount(signs.backlogMax)} arrivals waited for a free agent while the generator was idle: the target held all ${view.record.plan.workload.agents} agents; their wait is in the response time (${advice})`,
    { ...signs },
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

/** Told apart no more: their figures are there, and say nothing of the one name or the other. */
const namesTogether: Rule = ({ record }) => {
  const steps = record.steps.filter(({ step }) => step === OTHER_NAMES)
  const requests = steps.reduce((sum, counts) => sum + completedOf(counts), 0)
  const componentTimes = record.cells.reduce(
    (sum, { component, count }) => sum + (component === OTHER_NAMES ? count : 0),
    0,
  )
  if (requests === 0 && componentTimes === 0) return null
  return reason(
    'NAMES_TOGETHER',
    `there are too many names to tell all apart: ${formatCount(requests)} requests and ${formatCount(componentTimes)} component times are recorded as '${OTHER_NAMES}'; give steps and components that differ by an id one name`,
    { requests, componentTimes },
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
  partial,
  noData,
  lostShards,
  broken,
  exhaustedSockets,
  planKept,
  stalled,
  backedOff,
  saturated,
  starved,
  lateStarts,
]
const CAUTIONING: readonly Rule[] = [
  unanswered,
  dropped,
  latePart,
  exhausted,
  poolWaits,
  gcPauses,
  clockStep,
  overflow,
  namesTogether,
  dryFeeders,
  codeFailed,
]
