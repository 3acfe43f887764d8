/** The findings of a run, the worst first, for formats that list them. */
import { createHash } from 'node:crypto'
import { formatAmount, formatCount, formatInUnit, formatRatio } from '../base/units.ts'
import type { ComparisonCheck } from '../model/comparison.ts'
import { type Demand, gateDemand } from '../model/demand.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import type { Severity } from '../model/severity.ts'
import type { Risk, Verdict, VerdictReason } from '../model/verdict.ts'
import { sinceText as breachBeginText, intervalText, unbrokenText } from '../text/breach-text.ts'
import { causeSentence } from '../text/cause-text.ts'
import { type Cause, causesOf } from '../text/causes.ts'
import { changeText } from '../text/comparison-text.ts'
import { headlineText } from '../text/headline.ts'

export interface Finding {
  /** The code of the reason: `OBJECTIVE_MISSED`, `REGRESSED`, ... */
  readonly code: string
  /** error: why the outcome is what it is. caution: a thing to know. */
  readonly kind: 'error' | 'caution'
  readonly severity: Severity
  /** One sentence: what, how much, its limit, since when. */
  readonly message: string
  /** The headline of the run, for the finding that it is about; null for every other. */
  readonly headline: string | null
  /** The objective, or the gate of a comparison; null for what is about the run as a whole. */
  readonly about: Demand | null
  /** The message without that demand, for where it stands beside. */
  readonly detail: string
  /** Null for what is no violation of an objective or a baseline. */
  readonly risk: Risk | null
  /** `step ask, component llm, target CPU`; empty where nothing stands out. */
  readonly where: string
  /** Name of the picture that it is about; null for what was measured. */
  readonly visual: string | null
  /** The first occurrence and the share of the run; empty when nothing was watched, and for pictures. */
  readonly since: string
  /** The figures behind it; empty without any, and for pictures: the message has them. */
  readonly confidence: string
  /** Other facts about the same cause. */
  readonly also: readonly string[]
  /** All demands that the cause is against: an objective, and the gates of the regression behind it. */
  readonly demandIds: readonly string[]
  /** The same for the same thing in every run of the scenario. */
  readonly fingerprint: string
}

/** Tests whether nothing was shown and that is accepted (`--inconclusive warn`): no format may be red then. */
export function isTolerated({ outcome, exitCode }: Pick<Verdict, 'outcome' | 'exitCode'>): boolean {
  return outcome === 'INCONCLUSIVE' && exitCode === 0
}

/** Returns one finding for each cause: those of the outcome in the order of the risks, then what else to know. */
export function findingsOf(verdict: Verdict): Finding[] {
  return causesOf(verdict).map((cause, i) => {
    const headline = i === 0 && cause.kind === 'error' ? headlineText(verdict) : null
    return { ...findingOf(verdict, cause), headline }
  })
}

function findingOf(verdict: Verdict, cause: Cause): Omit<Finding, 'headline'> {
  const { kind, reason } = cause
  const { code, severity, about } = reason
  const message = causeSentence(verdict, cause)
  const visual = visualOf(reason)
  const risk = verdict.risks.find(({ id }) => id === about?.id) ?? null
  return {
    code,
    kind,
    severity,
    message,
    about,
    detail: message.startsWith(reason.message) ? reason.detail : message,
    risk,
    where: risk === null ? '' : whereText(risk),
    visual,
    // A picture is looked at once, when the load is over.
    since: risk === null || visual !== null ? '' : sinceText(verdict, risk),
    confidence: about === null || visual !== null ? '' : confidenceText(verdict, about),
    also: cause.also.map((other) => other.detail),
    demandIds: [reason, ...cause.also].flatMap((each) => (each.about === null ? [] : [each.about.id])),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([verdict.scenario, code, about?.id ?? null]))
      .digest('hex'),
  }
}

function visualOf({ evidence }: VerdictReason): string | null {
  const visual = evidence['visual']
  return typeof visual === 'string' ? visual : null
}

function whereText({ step, component, resource }: Risk): string {
  return [
    ...(step === null ? [] : [`step ${step}`]),
    ...(component === null ? [] : [`component ${component}`]),
    ...(resource === null ? [] : [resource]),
  ].join(', ')
}

function sinceText({ objectives }: Verdict, risk: Risk): string {
  const result = objectives.find(({ id }) => id === risk.id)
  // A regression is one of the whole run.
  if (result === undefined) return ''
  const begin = breachBeginText(result)
  return `${begin === '' ? '' : `${begin}, `}breached in ${formatRatio(risk.probability)} of the run`
}

function confidenceText({ objectives, comparison }: Verdict, about: Demand): string {
  const objective = objectives.find(({ id }) => id === about.id)
  if (objective !== undefined) return objectiveText(objective)
  const check = comparison?.checks.find((each) => gateDemand(each, comparison.baseline).id === about.id)
  return check === undefined ? '' : checkText(check)
}

function objectiveText(result: ObjectiveResult): string {
  const { observed, bound, interval, unit, sampleCount, outcome } = result
  const unbroken = outcome === 'missed' ? unbrokenText(result) : ''
  return [
    ...(observed === null ? [] : [`observed ${formatInUnit(observed, unit)}`]),
    `bound ${formatInUnit(bound, unit)}`,
    ...(interval === null ? [] : [`95 % interval ${intervalText(interval, unit)}`]),
    ...(interval === null && unbroken !== '' ? [unbroken] : []),
    `${formatCount(sampleCount)} samples`,
  ].join(', ')
}

function checkText(check: ComparisonCheck): string {
  const change = changeText(check)
  return [
    ...(change === null ? [] : [`changed by ${change}`]),
    ...(check.pAdjusted === null ? [] : [`adjusted p ${probabilityText(check.pAdjusted)}`]),
    `${formatAmount(check.candidateCount, 'run')} against ${check.baselineCount} of the baseline`,
  ].join(', ')
}

function probabilityText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3)
}
