/** Texts on what decided an objective: its interval, or how long it was beyond its bound. */
import { formatDurationMs, formatInUnit } from '../base/units.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'

/** `9ms to 12ms`, or `at least 9ms` where it has no upper end. */
export function intervalText(
  [low, high]: NonNullable<ObjectiveResult['interval']>,
  unit: ObjectiveResult['unit'],
): string {
  if (high === null) return `at least ${formatInUnit(low, unit)}`
  return `${formatInUnit(low, unit)} to ${formatInUnit(high, unit)}`
}

/** `above the limit for 6s without a break`; empty when no interval was. */
export function unbrokenText({ op, breached }: Pick<ObjectiveResult, 'op' | 'breached'>): string {
  if (breached === null || breached.longestMs === 0) return ''
  const side = op === '<' || op === '<=' ? 'above' : 'below'
  return `${side} the limit for ${tenths(breached.longestMs)} without a break`
}

/** `since 9s into the run`; empty when no interval was beyond the bound. */
export function sinceText({ breached }: Pick<ObjectiveResult, 'breached'>): string {
  return breached === null ? '' : `since ${tenths(breached.fromMs)} into the run`
}

function tenths(durationMs: number): string {
  return durationMs === 0 ? '0s' : formatDurationMs(Math.round(durationMs / 100) * 100)
}
