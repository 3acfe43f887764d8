/** What the monitor did and saw while load ran, as checks of the verdict. */
import { formatDurationMs, formatInUnit } from '../base/units.ts'
import type { EnforcementRecord, Stop } from '../model/enforcement.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { ObjectiveResult, VerdictReason } from '../model/verdict.ts'
import { type Check, isBelieved } from './decide.ts'
import { holds } from './evaluate.ts'
import { isAbout, ordinalsOf } from './ordinals.ts'

/**
 * Results of the whole run together with what was proven while load ran: an objective that ended the load is missed, and so
 * is one that fired where the whole run leaves it open with its value beyond the bound. A fault that begins in mid-run makes
 * neighbours look so alike that the whole series proves nothing (design effect), however many requests were bad.
 */
export function withLiveProof(
  results: readonly ObjectiveResult[],
  objectives: readonly ObjectivePlan[],
  enforcement: EnforcementRecord | null,
): ObjectiveResult[] {
  if (enforcement === null) return [...results]
  const ordinals = ordinalsOf(objectives)
  return results.map((result, i) => {
    const { expect, observed, outcome } = result
    const atMs = firedAt(enforcement, expect, ordinals[i])
    const objective = objectives[i]
    const { stop } = enforcement
    if (isEndedBy(stop, expect, ordinals[i]))
      return outcome === 'missed' ? result : { ...result, outcome: 'missed', message: stop.reason }
    if (atMs === null || outcome !== 'unproven' || observed === null || objective === undefined) return result
    if (holds(observed, objective.op, objective.bound)) return result
    const value = formatInUnit(observed, result.unit)
    return {
      ...result,
      outcome: 'missed',
      message: `${expect}: observed ${value} (${result.sampleCount} samples), firing ${formatDurationMs(atMs)} into the run`,
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
  const stopped = enforcement.stop === null ? [] : [stopCheck(enforcement.stop, invalid)]
  const planned = ordinalsOf(plan.objectives)
  const judged = ordinalsOf(results)
  const met = new Set(
    results.flatMap(({ outcome, expect }, i) => (outcome === 'missed' ? [] : [`${judged[i]} ${expect}`])),
  )
  const fired = plan.objectives.flatMap(({ expect, severity }, i) => {
    const events = enforcement.events.filter((event) => isAbout(event, expect, planned[i]))
    return met.has(`${planned[i]} ${expect}`) && events.some(({ to }) => to === 'firing')
      ? [firedCheck(events, expect, severity)]
      : []
  })
  return [...stopped, ...fired]
}

/** An objective that ended the load is missed, whatever the whole run would say of it. */
function stopCheck(stop: Stop, invalid: readonly VerdictReason[]): Check {
  const { by, metric, reason, atMs } = stop
  const evidence = { ...stop }
  if (by === 'emergency' || by === 'limit')
    return {
      level: 'invalid',
      reason: {
        code: 'LOAD_HALTED',
        severity: 'critical',
        message: `load was halted after ${formatDurationMs(atMs)}: ${reason}`,
        evidence,
      },
    }
  return {
    level: isBelieved({ metric: metric ?? '' }, invalid) ? 'no-go' : 'invalid',
    reason: {
      code: 'ABORTED_BY_OBJECTIVE',
      severity: 'critical',
      message: `load was ended after ${formatDurationMs(atMs)}${by === 'rollback' ? ' for the rollback' : ''}: ${reason}`,
      evidence,
    },
  }
}

/** Whether the objective ended the load. @param ordinal its place among those that read the same */
export function isEndedBy(stop: Stop | null, expect: string, ordinal: number | undefined): stop is Stop {
  return (
    stop !== null && (stop.by === 'objective' || stop.by === 'rollback') && isAbout(stop, expect, ordinal)
  )
}

/** When an objective fired first; null when it did not. @param ordinal its place among those that read the same */
export function firedAt(
  { events }: EnforcementRecord,
  expect: string,
  ordinal: number | undefined,
): number | null {
  return events.find((event) => isAbout(event, expect, ordinal) && event.to === 'firing')?.atMs ?? null
}

/** A breach while load ran, of an objective that the run as a whole does not miss. */
function firedCheck(
  events: EnforcementRecord['events'],
  expect: string,
  severity: VerdictReason['severity'],
): Check {
  const atMs = events.find(({ to }) => to === 'firing')?.atMs ?? 0
  return {
    level: 'caution',
    reason: {
      code: 'OBJECTIVE_FIRED',
      severity,
      message: `${expect}: breached for some time from ${formatDurationMs(atMs)} on, though the run as a whole does not miss it`,
      evidence: {
        events: events.map(({ atMs: at, from, to, observed }) => ({ atMs: at, from, to, observed })),
      },
    },
  }
}
