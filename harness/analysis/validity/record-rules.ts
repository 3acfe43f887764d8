/** Rules about the record: whether it is whole and adds up. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import { completedOf } from '../../measure/counts.ts'
import { OTHER_NAMES } from '../../model/interval-snapshot.ts'
import { OPEN_ENDED } from '../../model/open-ended.ts'
import { pluginHeldLoop, pluginThrew } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { brokenSums } from '../broken-sums.ts'
import { VALIDITY_LIMITS } from '../instrument-signs.ts'
import { lostEpochs } from '../lost-load.ts'
import { type Rule, reason } from './rule.ts'

export const interrupted: Rule = ({ record }) =>
  record.status === 'interrupted'
    ? reason(
        'INTERRUPTED',
        `the run was interrupted after ${formatDurationMs(record.loadMs)} of ${formatDurationMs(record.plan.durationMs)}`,
        { loadMs: record.loadMs },
      )
    : null

export const partial: Rule = ({ record }) =>
  record.status === 'partial'
    ? reason(
        'RUN_PARTIAL',
        `the run was killed after ${formatDurationMs(record.loadMs)} of ${formatDurationMs(record.plan.durationMs)} and recovered from its journal`,
        { loadMs: record.loadMs },
      )
    : null

export const noData: Rule = (view) =>
  completedOf(view.counts({})) === 0
    ? reason('NO_DATA', 'no request was completed in the measured part of the run', {
        planned: view.dispatch.planned,
      })
    : null

export const lostShards: Rule = (view) => {
  const { record } = view
  // A worker takes its shards with it, and is told of by itself.
  if (record.status === 'partial' || lostEpochs(record).length > 0) return null
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

export const broken: Rule = (view) => {
  const faults = brokenSums(view.record)
  return faults.length === 0
    ? null
    : reason('COUNTS_BROKEN', `counts do not add up: ${faults.join('; ')}. ${whoseBug(view.record)}`, {
        faults,
      })
}

/** A driver from outside that settles an exchange twice, or never, breaks the counts as well. */
function whoseBug({ plan: { plugins = [] } }: RunRecord): string {
  if (plugins.length === 0) return 'This is a bug in proofload'
  const names = plugins.map(({ name }) => name).join(', ')
  return `Run the contract test of ${names}: an exchange that is settled twice or never does this`
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
export const exhaustedSockets: Rule = ({ stepCounts }) => {
  for (const { kind, code, message, advice } of NO_SOCKET_LEFT) {
    const requests = stepCounts.reduce((sum, { errors }) => sum + (errors[kind] ?? 0), 0)
    if (requests > 0)
      return reason(code, `${message} for ${formatCount(requests)} requests: ${advice}`, { requests })
  }
  return null
}

/** Given up at the end of the drain: counted as errors; here because nobody else says that they still waited. */
export const unanswered: Rule = (view) => {
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

/** Clients and browsers take such answers as whole, and so does the run; that some were cut would not show. */
export const openEnded: Rule = (view) => {
  const answers = view
    .faults()
    .flatMap(({ counts }) => counts)
    .reduce((sum, { text, count }) => (text === OPEN_ENDED ? sum + count : sum), 0)
  if (answers === 0) return null
  return reason(
    'OPEN_ENDED_ANSWERS',
    `${formatCount(answers)} answers over TLS had no length and ended with their connection: cut ones would look the same; let the server send content-length or chunks, or judge the body (expect.body)`,
    { answers },
    'warning',
  )
}

export const clockStep: Rule = ({ intervals }) => {
  const stepMs = intervals.reduce(
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

export const overflow: Rule = (view) => {
  const overflowCount = view.ofMeasured(view.record.cells).reduce((sum, cell) => sum + cell.overflowCount, 0)
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
export const namesTogether: Rule = (view) => {
  const steps = view.stepCounts.filter(({ step }) => step === OTHER_NAMES)
  const requests = steps.reduce((sum, counts) => sum + completedOf(counts), 0)
  const componentTimes = view
    .ofMeasured(view.record.cells)
    .reduce((sum, { component, count }) => sum + (component === OTHER_NAMES ? count : 0), 0)
  if (requests === 0 && componentTimes === 0) return null
  return reason(
    'NAMES_TOGETHER',
    `there are too many names to tell all apart: ${formatCount(requests)} requests and ${formatCount(componentTimes)} component times are recorded as '${OTHER_NAMES}'; give steps and components that differ by an id one name`,
    { requests, componentTimes },
    'warning',
  )
}

/** A driver from outside threw while it started a request; that request has failed as `code`. */
export const pluginThrown: Rule = ({ record }) => {
  const thrown = record.shards.find(
    ({ status, message }) => status === 'finished' && isOfPlugin(record, message),
  )
  return thrown === undefined
    ? null
    : reason(
        'PLUGIN_THREW',
        `${thrown.message?.split('\n')[0]}: its requests failed as code; run its contract test`,
        { message: thrown.message },
        'warning',
      )
}

/** A driver from outside took so long to start a request that every other one of its thread was late. */
export const pluginHeld: Rule = ({ record: { plan, shards } }) => {
  const held = shards.find(({ message }) => isHeld({ plan }, message))
  return held === undefined
    ? null
    : reason(
        'PLUGIN_HELD_LOOP',
        `${held.message}: requests of its thread that were due meanwhile started late; move what takes long out of start`,
        { message: held.message },
        'warning',
      )
}

function isHeld({ plan: { plugins } }: Pick<RunRecord, 'plan'>, message: string | null): boolean {
  return isToldBy(plugins, message, (name) => pluginHeldLoop(name, ''))
}

function isOfPlugin({ plan: { plugins } }: RunRecord, message: string | null): boolean {
  return isToldBy(plugins, message, (name) => pluginThrew(name, ''))
}

function isToldBy(
  plugins: RunRecord['plan']['plugins'] = [],
  message: string | null,
  beginning: (plugin: string) => string,
): boolean {
  return plugins.some(({ name }) => message?.startsWith(beginning(name)))
}

export const codeFailed: Rule = ({ record }) => {
  const failed = record.shards.find(
    ({ status, message }) =>
      status === 'finished' && message !== null && !isOfPlugin(record, message) && !isHeld(record, message),
  )
  return failed === undefined
    ? null
    : reason(
        'CODE_FAILED',
        `code of the scenario threw: ${failed.message?.split('\n')[0]}`,
        { message: failed.message },
        'warning',
      )
}
