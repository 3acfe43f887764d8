/** A qualification in words: the same in the terminal and in every report. */
import { formatCount, formatInUnit, formatRatio } from '../base/units.ts'
import type {
  ActivityOutcome,
  QualificationItem,
  QualifiedActivity,
  QualifiedStage,
} from '../model/qualification.ts'
import type { WordTone } from './word-tone.ts'

const TONES: Readonly<Record<ActivityOutcome, WordTone>> = {
  passed: 'good',
  failed: 'bad',
  inconclusive: 'doubt',
  skipped: 'doubt',
  cancelled: 'doubt',
  mocked: 'doubt',
}

export function activityTone(outcome: ActivityOutcome): WordTone {
  return TONES[outcome]
}

/** `9 of 12`; weights that are no whole numbers with a digit. */
export function ratioText({ passed, total }: Pick<QualifiedStage, 'passed' | 'total'>): string {
  return `${weightText(passed)} of ${weightText(total)}`
}

function weightText(weight: number): string {
  return Number.isInteger(weight) ? formatCount(weight) : weight.toFixed(1)
}

/** `visuals skipped <- incident skipped <- hours failed: p99(response_time) < 250ms`; '' for a chain without links. */
export function chainText(chain: readonly string[]): string {
  return chain.join(' <- ')
}

/** The outcome with what makes it another than it seems: `passed, of qualify-1`, `mocked (sandbox)`. */
export function activityText({ outcome, mocked, reusedFrom, attempt }: QualifiedActivity): string {
  const parts = [
    outcome,
    ...(mocked === null ? [] : [`on ${mocked}`]),
    ...(reusedFrom === null ? [] : [`reused from ${reusedFrom.qualificationId}`]),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ]
  return parts.join(', ')
}

/** `180ms, bound < 250ms`; the message of what was not measured. */
export function measuredText({ measured, message }: QualificationItem): string {
  if (measured === null) return message
  const { observed, op, bound, unit } = measured
  const found = observed === null ? 'not measured' : formatInUnit(observed, unit)
  return `${found}, bound ${op} ${formatInUnit(bound, unit)}`
}

/** `28 % better than its bound`. */
export function marginText(margin: number): string {
  return margin < 0
    ? `${formatRatio(-margin)} beyond its bound`
    : `${formatRatio(margin)} better than its bound`
}

/** Change since the qualification before; null without a figure of both. */
export function changeOf({ measured }: QualificationItem): number | null {
  if (measured === null) return null
  const { observed, previous } = measured
  return observed === null || previous === null || previous === 0 ? null : observed / previous - 1
}
