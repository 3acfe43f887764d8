/** Rules about the generator's own time: whether it was there when requests were due. */
import { formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import { LATE_START_MS, LOOP_STALL_MS } from '../../model/generator-limits.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import {
  agentsExhausted,
  type InstrumentSigns,
  instrumentSigns,
  isLoopFull,
  startDelayOf,
  VALIDITY_LIMITS,
} from '../instrument-signs.ts'
import type { MeasuredView } from '../measured-view.ts'
import { MORE_CPU, type Rule, reason } from './rule.ts'

/** Returns the reason when the generator itself, and not the target, made these seconds slow; null when it did not. */
export function generatorInDoubt(view: MeasuredView): VerdictReason | null {
  return stalled(view) ?? saturated(view) ?? starved(view)
}

/** Reason not to believe any time of a run in which a loop of the generator stood still; null when none did. */
export function stalled({ touched }: Pick<MeasuredView, 'touched'>): VerdictReason | null {
  const stallMaxMs = Math.max(0, ...touched.map(({ health }) => health.loopDelayMaxMs))
  if (stallMaxMs < LOOP_STALL_MS) return null
  const runQueueWaitMax = Math.max(0, ...touched.map(({ health }) => health.runQueueWaitRatio ?? 0))
  const waited =
    runQueueWaitMax > VALIDITY_LIMITS.runQueueWaitRatio ? `; ${waitedForCpu(runQueueWaitMax)}` : ''
  return reason(
    'GENERATOR_STALLED',
    `a loop of the generator stood still for ${formatDurationMs(stallMaxMs)}: requests in flight are counted and not timed, and no objective on times can be judged; keep this machine from being paused, and long work out of the scenario's code${waited}`,
    { stallMaxMs, runQueueWaitMax },
  )
}

/** The loop was full *and* it showed: work piled up or starts came late. */
export const saturated = (view: MeasuredView): VerdictReason | null => {
  const signs = instrumentSigns(view)
  const delay = startDelayOf(view)
  const showed = signs.backlogMax > signs.agentsMax || delay.large
  if (!isLoopFull(signs) || !showed) return null
  return reason(
    'GENERATOR_SATURATED',
    `the generator was the bottleneck: its loop was ${formatRatio(signs.utilizationMax)} busy, starts were late by ${formatDurationMs(delay.p99Ms)} (p99) and ${formatCount(signs.backlogMax)} arrivals waited for an agent: ${MORE_CPU}`,
    { ...signs, startDelayP99Ms: delay.p99Ms },
  )
}

/**
 * Late for no reason of the target's: the loop stalled, or the thread or the machine waited for a core. Agents that all
 * wait for the target make starts late, too: then one second in which a thread waited for a core explains nothing, and a
 * typical one has to show it.
 */
export const starved = (view: MeasuredView): VerdictReason | null => {
  const delay = startDelayOf(view)
  const signs = instrumentSigns(view)
  const culprit = whoTookTheTime(signs, agentsExhausted(view))
  if (!delay.large || culprit === null) return null
  if (isLoopFull(signs)) return null
  return reason(
    'GENERATOR_STARVED',
    `the load generator was delayed: requests started up to ${formatDurationMs(delay.p99Ms)} late (p99); ${culprit}`,
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
      `the hypervisor took up to ${formatRatio(stealMax)} of this machine's CPU time: use a machine that is not shared`,
    )
  if (runQueueWait > VALIDITY_LIMITS.runQueueWaitRatio) culprits.push(waitedForCpu(runQueueWaitMax))
  if (gcPauseMaxMs > VALIDITY_LIMITS.gcPauseMs)
    culprits.push(
      `garbage collection stopped it for ${formatDurationMs(gcPauseMaxMs)}: keep less in agent.vars and in answers, or use more --threads`,
    )
  if (stallMaxMs > VALIDITY_LIMITS.stallMs && gcPauseMaxMs <= VALIDITY_LIMITS.gcPauseMs)
    culprits.push(
      `its event loop was blocked for ${formatDurationMs(stallMaxMs)}: look for long work in the scenario's code`,
    )
  return culprits.length === 0 ? null : culprits.join('; ')
}

/** Tells whether agents wait for one another's connections: that wait is of the plan's own making. */
function sharesConnections({ targets }: RunPlan): boolean {
  return Object.values(targets).some(({ connections }) => connections !== undefined)
}

function waitedForCpu(runQueueWaitMax: number): string {
  return `its threads waited for a CPU up to ${formatRatio(runQueueWaitMax)} of the time: stop other work on this machine, or use fewer --threads than cores`
}

export const lateStarts: Rule = (view) => {
  const delay = startDelayOf(view)
  if (!delay.large || agentsExhausted(view) || sharesConnections(view.record.plan)) return null
  if (starved(view) !== null || saturated(view) !== null) return null
  return reason(
    'START_DELAY',
    `start delay p99 ${formatDurationMs(delay.p99Ms)} is too much of the response time (p99 ${formatDurationMs(delay.responseP99Ms)}): the generator, not the target, made users wait`,
    { ...delay },
  )
}

export const latePart: Rule = ({ dispatch }) => {
  const { lateStarts: late, started } = dispatch
  if (started === 0 || late / started <= VALIDITY_LIMITS.lateRatio) return null
  return reason(
    'LATE_STARTS',
    `${formatRatio(late / started)} of the journeys started more than ${LATE_START_MS} ms late; their wait is in the response time`,
    { lateStarts: late, started },
    'warning',
  )
}

export const gcPauses: Rule = (view) => {
  const { gcPauseMaxMs } = instrumentSigns(view)
  if (gcPauseMaxMs <= VALIDITY_LIMITS.gcPauseMs) return null
  return reason(
    'GC_PAUSE',
    `garbage collection stopped a thread of the generator for ${formatDurationMs(gcPauseMaxMs)}; keep less in agent.vars and in answers, or use more --threads`,
    { gcPauseMaxMs },
    'warning',
  )
}
