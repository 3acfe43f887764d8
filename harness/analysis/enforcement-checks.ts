/** The checks of the verdict on what the monitor did and saw during the load. */
import { formatAmount, formatDurationMs, formatInUnit } from '../base/units.ts'
import { demandOf } from '../model/demand.ts'
import type { EnforcementRecord, Stop } from '../model/enforcement.ts'
import { holds } from '../model/holds.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import type { RunPlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { VerdictReason } from '../model/verdict.ts'
import { unbrokenText } from '../text/breach-text.ts'
import { demandText } from '../text/demand-text.ts'
import type { Check } from './decide.ts'
import { isTrusted } from './trust.ts'

/**
 * Results of the whole run together with what was proven while load ran: an objective that ended the load is missed, and so
 * is one that fired where the whole run leaves it open with its value beyond the bound. A fault that begins in mid-run makes
 * neighbours look so alike that the whole series proves nothing (design effect), however many requests were bad.
 */
export function withLiveProof(
  results: readonly ObjectiveResult[],
  enforcement: EnforcementRecord | null,
): ObjectiveResult[] {
  if (enforcement === null) return [...results]
  const { stop } = enforcement
  return results.map((result) => {
    const { id, observed, outcome, op, bound, unit, sampleCount } = result
    // The interval of the whole run is not what decided.
    const missed = { ...result, outcome: 'missed', interval: null } as const
    if (isEndedBy(stop, id)) return outcome === 'missed' ? result : { ...missed, message: endedText(stop) }
    const atMs = firedAt(enforcement, id)
    if (atMs === null || outcome !== 'unproven' || observed === null || holds(observed, op, bound))
      return result
    const how = unbrokenText(result) || `firing ${formatDurationMs(atMs)} into the run`
    return {
      ...missed,
      message: `observed ${formatInUnit(observed, unit)} (${formatAmount(sampleCount, 'sample')}), ${how}`,
    }
  })
}

/** @param invalid why the instrument is not to be believed; empty when it is */
export function enforcementChecks(
  { enforcement, plan }: RunRecord,
  results: readonly ObjectiveResult[],
  invalid: readonly VerdictReason[],
): Check[] {
  if (enforcement === null) return []
  const { stop } = enforcement
  // The loss of a requirement or of a worker is a matter of validity: the objectives are not to be believed.
  const isLoss = stop?.by === 'requirement' || stop?.by === 'worker'
  const stopped = stop === null || isLoss ? [] : [stopCheck(stop, plan, invalid)]
  const fired = results.flatMap((result) => {
    const events = enforcement.events.filter(({ id }) => id === result.id)
    return result.outcome !== 'missed' && events.some(({ to }) => to === 'firing')
      ? [firedCheck(events, result)]
      : []
  })
  return [...stopped, ...fired]
}

/** An objective that ended the load is missed, whatever the whole run would say of it. */
function stopCheck(stop: Stop, { objectives }: RunPlan, invalid: readonly VerdictReason[]): Check {
  const { by, objective: about, reason, atMs } = stop
  const evidence = { by, atMs, reason }
  if (by === 'emergency' || by === 'limit') {
    const message = `load was halted after ${formatDurationMs(atMs)}: ${reason}`
    return {
      level: 'invalid',
      reason: { code: 'LOAD_HALTED', severity: 'critical', message, about, detail: message, evidence },
    }
  }
  const objective = objectives.find(({ id }) => id === about?.id)
  const isSound = objective !== undefined && isTrusted(objective, invalid)
  return {
    level: isSound ? 'no-go' : 'invalid',
    reason: {
      code: 'ABORTED_BY_OBJECTIVE',
      severity: 'critical',
      message: `${endedText(stop)}: ${reason}`,
      about,
      detail: endedText(stop),
      evidence,
    },
  }
}

function endedText({ by, atMs }: Stop): string {
  return `load was ended after ${formatDurationMs(atMs)}${by === 'rollback' ? ' for the rollback' : ''}`
}

/** Tells whether the objective ended the load. */
export function isEndedBy(stop: Stop | null, id: string): stop is Stop {
  return stop !== null && (stop.by === 'objective' || stop.by === 'rollback') && stop.objective?.id === id
}

/** The moment an objective fired first, ms since run start; null when it did not. */
export function firedAt({ events }: EnforcementRecord, objectiveId: string): number | null {
  return events.find(({ id, to }) => id === objectiveId && to === 'firing')?.atMs ?? null
}

/** A breach while load ran, of an objective that the run as a whole does not miss. */
function firedCheck(events: EnforcementRecord['events'], result: ObjectiveResult): Check {
  const sinceMs = events.find(({ to }) => to === 'firing')?.sinceMs ?? 0
  const detail = `breached for some time from ${formatDurationMs(sinceMs)} on, though the run as a whole does not miss it`
  return {
    level: 'caution',
    reason: {
      code: 'OBJECTIVE_FIRED',
      severity: result.severity,
      message: `${demandText(result)}: ${detail}`,
      about: demandOf(result),
      detail,
      evidence: {
        events: events.map(({ atMs: at, from, to, observed }) => ({ atMs: at, from, to, observed })),
      },
    },
  }
}
