/** The findings of a run, the worst first, for formats that list them. */
import { createHash } from 'node:crypto'
import { formatAmount, formatCount, formatDurationMs, formatInUnit, formatRatio } from '../base/units.ts'
import type { ComparisonCheck } from '../model/comparison.ts'
import { type Demand, gateDemand } from '../model/demand.ts'
import type { Severity } from '../model/severity.ts'
import type { ObjectiveResult, Risk, Verdict, VerdictReason } from '../model/verdict.ts'
import { changeText } from '../text/comparison-text.ts'

export interface Finding {
  /** The code of the reason: `OBJECTIVE_MISSED`, `REGRESSED`, ... */
  readonly code: string
  /** error: why the outcome is what it is. caution: a thing to know. */
  readonly kind: 'error' | 'caution'
  readonly severity: Severity
  readonly message: string
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
  /** The same for the same thing in every run of the scenario. */
  readonly fingerprint: string
}

/** Returns the reasons of the verdict, then its cautions; each in the order of the risks. */
export function findingsOf(verdict: Verdict): Finding[] {
  const { reasons, cautions } = verdict
  const isReason = (caution: VerdictReason) => reasons.some((reason) => isSame(reason, caution))
  return [
    ...inOrderOfRisk(verdict, reasons).map((reason) => findingOf(verdict, reason, 'error')),
    ...inOrderOfRisk(
      verdict,
      cautions.filter((caution) => !isReason(caution)),
    ).map((caution) => findingOf(verdict, caution, 'caution')),
  ]
}

function isSame(a: VerdictReason, b: VerdictReason): boolean {
  return a.code === b.code && a.message === b.message
}

function inOrderOfRisk({ risks, outcome }: Verdict, reasons: readonly VerdictReason[]): VerdictReason[] {
  const rankOf = ({ about }: VerdictReason) => {
    // Where nothing can be believed, why not comes before what was seen.
    if (about === null && outcome === 'INCONCLUSIVE') return -1
    const rank = risks.findIndex(({ id }) => id === about?.id)
    return rank < 0 ? risks.length : rank
  }
  return [...reasons].sort((a, b) => rankOf(a) - rankOf(b))
}

function findingOf(verdict: Verdict, reason: VerdictReason, kind: Finding['kind']): Finding {
  const { code, severity, message, about, detail } = reason
  const visual = visualOf(reason)
  const risk = verdict.risks.find(({ id }) => id === about?.id) ?? null
  return {
    code,
    kind,
    severity,
    message,
    about,
    detail,
    risk,
    where: risk === null ? '' : whereText(risk),
    visual,
    // A picture is looked at once, when the load is over.
    since: risk === null || visual !== null ? '' : sinceText(verdict, risk),
    confidence: about === null || visual !== null ? '' : confidenceText(verdict, about),
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

function sinceText({ enforcement, objectives }: Verdict, risk: Risk): string {
  // A regression is one of the whole run.
  if (!objectives.some(({ id }) => id === risk.id)) return ''
  const first = enforcement?.events.find(({ id, to }) => id === risk.id && to !== 'ok')
  const share = `breached in ${formatRatio(risk.probability)} of the run`
  if (first === undefined) return share
  return `since ${formatDurationMs(Math.round(first.atMs / 100) * 100)} into the run, ${share}`
}

function confidenceText({ objectives, comparison }: Verdict, about: Demand): string {
  const objective = objectives.find(({ id }) => id === about.id)
  if (objective !== undefined) return objectiveText(objective)
  const check = comparison?.checks.find((each) => gateDemand(each, comparison.baseline).id === about.id)
  return check === undefined ? '' : checkText(check)
}

function objectiveText({ observed, bound, interval, unit, sampleCount }: ObjectiveResult): string {
  return [
    ...(observed === null ? [] : [`observed ${formatInUnit(observed, unit)}`]),
    `bound ${formatInUnit(bound, unit)}`,
    ...(interval === null
      ? []
      : [`95 % interval ${interval.map((end) => formatInUnit(end, unit)).join(' to ')}`]),
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
