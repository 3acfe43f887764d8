/** One cause of a verdict in a sentence: what, how much, its limit, since when; and who took the time. */
import { formatCount, formatInUnit } from '../base/units.ts'
import { gateDemand } from '../model/demand.ts'
import { failureCountSchema } from '../model/failures-schema.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { quantileOf } from '../model/percentile.ts'
import type { Risk, Verdict, VerdictReason } from '../model/verdict.ts'
import type { Cause } from './causes.ts'
import { addedTimeText } from './comparison-text.ts'
import { commonestText } from './failure-text.ts'
import { clockText, figureText, percentText } from './figure-text.ts'

/** `p99 of GET /items/:id was 232ms, limit 100ms, from 0:58 to the end (6 of 14 s)`; the reason's own words where it is about no figure. */
export function causeSentence(verdict: Verdict, { reason, also }: Cause): string {
  const result = missedResult(verdict, reason)
  const ended = also.find(({ code }) => code === 'ABORTED_BY_OBJECTIVE')
  const more = ended === undefined ? '' : `; ${ended.detail}`
  if (result === null) return `${reason.message}${more}`
  const { observed, bound, unit, isAtLeast } = result
  const stretch = stretchText(verdict, result)
  const value =
    observed === null
      ? 'was not measured'
      : `was ${isAtLeast ? 'at least ' : ''}${distinctText(observed, bound, unit)}`
  return `${subjectText(result)} ${value}, limit ${figureText(bound, unit)}${stretch === '' ? '' : `, ${stretch}`}${more}`
}

/** `policy took 81 % of the time`, `most often HTTP 503 x 21, reset x 4`, `step pay`; '' where nothing stands out. */
export function culpritText(verdict: Verdict, { reason }: Cause): string {
  const result = missedResult(verdict, reason)
  const risk = verdict.risks.find(({ id }) => id === reason.about?.id) ?? null
  if (result === null) return regressionCulpritText(verdict, reason)
  if (risk === null) return ''
  const { evidence } = reason
  return [
    ...(risk.step === null || result.labels['step'] !== undefined ? [] : [`step ${risk.step}`]),
    ...componentText(risk, evidence),
    ...failuresText(evidence),
    ...(risk.resource === null ? [] : [`${risk.resource} at its limit`]),
  ].join(', ')
}

function regressionCulpritText({ comparison }: Verdict, { about }: VerdictReason): string {
  const check = comparison?.checks.find((each) => gateDemand(each, comparison.baseline).id === about?.id)
  return check === undefined || comparison === null ? '' : addedTimeText(check, comparison)
}

/** The figures of a missed objective; null for pictures, regressions and what is about the run as a whole. */
function missedResult(
  { objectives }: Verdict,
  { code, about, evidence }: VerdictReason,
): ObjectiveResult | null {
  if (code !== 'OBJECTIVE_MISSED' || evidence['visual'] !== undefined) return null
  return objectives.find(({ id }) => id === about?.id) ?? null
}

function componentText({ component }: Risk, evidence: VerdictReason['evidence']): string[] {
  const { connectShare, componentShare } = evidence
  if (typeof connectShare === 'number') return [`connecting took ${percentText(connectShare)} of the time`]
  if (component === null) return []
  return typeof componentShare === 'number'
    ? [`${component} took ${percentText(componentShare)} of the time`]
    : [`component ${component}`]
}

function failuresText({ failures }: VerdictReason['evidence']): string[] {
  const known = failureCountSchema.array().safeParse(failures)
  if (!known.success || known.data.length === 0) return []
  return [`most often ${commonestText(known.data)}`]
}

/** `p99 of ask`, `p99 response time`, `error ratio of pay (region eu)`; the name that its author gave it. */
export function subjectText(
  result: Pick<ObjectiveResult, 'name' | 'fn' | 'metric' | 'labels' | 'within' | 'unit'>,
): string {
  const { name, fn, metric, labels, within } = result
  if (name !== null) return name
  const { step, ...others } = labels
  const words = metric.replaceAll('_', ' ')
  const what =
    quantileOf(fn) !== undefined && metric === 'response_time' && step !== undefined
      ? fn
      : subjectOf(fn, words, within)
  const rest = Object.entries(others).map(([label, value]) => `${label} ${value}`)
  return `${what}${step === undefined ? '' : ` of ${step}`}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}`
}

function subjectOf(fn: ObjectiveResult['fn'], words: string, within: number | null): string {
  if (fn === 'value') return words
  if (fn === 'share') return `share of ${words} within ${formatInUnit(within ?? 0, 'ms')}`
  return `${fn} ${words}`
}

/** Three digits, but for a value that would read like its bound. */
function distinctText(value: number, bound: number, unit: string): string {
  const short = figureText(value, unit)
  return value !== bound && short === figureText(bound, unit) ? formatInUnit(value, unit) : short
}

/** `from 0:58 to the end (6 of 14 s)`, `all the time (40 s)`; '' for what has no share of the run. */
function stretchText({ risks, summary }: Verdict, { id, breached }: ObjectiveResult): string {
  const risk = risks.find((each) => each.id === id)
  // Where no interval tells, the share is a guess for the order of risks only.
  if (risk === undefined || breached === null) return ''
  const wholeS = Math.max(1, Math.round(summary.durationS))
  const breachedS = Math.min(wholeS, Math.max(1, Math.round(risk.probability * summary.durationS)))
  if (breachedS === wholeS) return `all the time (${formatCount(wholeS)} s)`
  const share = `${formatCount(breachedS)} of ${formatCount(wholeS)} s`
  const until = breached.isToEnd ? 'the end' : clockText(breached.toMs)
  return `from ${clockText(breached.fromMs)} to ${until} (${share})`
}
