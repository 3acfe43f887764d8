/** The objectives of a watched run in words. Pure. */
import type { ObjectiveStatus } from '../../model/live-view.ts'
import { clockText, percentText } from '../../text/figure-text.ts'
import { standingCounts, standingOf, standingText, standingTone, valueText } from '../../text/standing.ts'
import { SIGNS, type Tone } from './live-text.ts'

export interface StatusText {
  readonly sign: string
  readonly state: string
  readonly tone: Tone
  readonly title: string
  readonly detail: string
}

/** Says how an objective stands, its value beside its bound, and what else is known. */
export function statusText(status: ObjectiveStatus, nowMs: number): StatusText {
  const { name, claim, state, outcome, severity, sinceMs, annotations, budgetLeftRatio } = status
  const tone = standingTone(standingOf(status))
  const isWell = outcome === null && state === 'ok'
  const since = sinceMs === null || isWell ? [] : [`since ${clockText(sinceMs)}`]
  const budget = budgetLeftRatio === null ? [] : [`${percentText(budgetLeftRatio)} of the error budget left`]
  const where = Object.entries(annotations).map(([what, value]) => `${what} ${value}`)
  return {
    sign: SIGNS[tone],
    state: standingText(status, nowMs),
    tone,
    title: name ?? claim,
    detail: [
      valueText(status),
      ...since,
      ...(name === null ? [] : [claim]),
      severity,
      ...budget,
      ...where,
    ].join(' · '),
  }
}

/** `Objectives: 1 failing, 3 met so far` */
export function objectivesTitle(objectives: readonly ObjectiveStatus[]): string {
  const counts = [...standingCounts(objectives)].map(([standing, count]) => `${count} ${standing}`)
  return counts.length === 0 ? 'Objectives' : `Objectives: ${counts.join(', ')}`
}

/** A value that crosses its bound and back every second is no news; what the monitor believes is. */
function isSameState(a: ObjectiveStatus, b: ObjectiveStatus): boolean {
  return a.state === b.state && a.isSuspended === b.isSuspended && a.outcome === b.outcome
}

/** Objectives whose state changed, for who does not see them; '' when none did. */
export function statusChanges(before: readonly ObjectiveStatus[], now: readonly ObjectiveStatus[]): string {
  const changed = now.filter((status, i) => {
    const known = before[i]
    return known?.id === status.id && !isSameState(known, status)
  })
  return changed.map((status) => `${status.name ?? status.claim}: ${standingOf(status)}`).join('; ')
}
