/** The checks that a comparison adds to a verdict. */
import { formatDurationMs, formatRatio } from '../../base/units.ts'
import type { CheckState, Comparison, ComparisonCheck, Level } from '../../model/comparison.ts'
import { type Demand, gateDemand } from '../../model/demand.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import { changeText, detectableText } from '../../text/comparison-text.ts'
import type { Check } from '../decide.ts'
import { isTrusted } from '../trust.ts'
import { comparedMetric } from './compared-metric.ts'

/** @param invalid why the instrument is not to be believed; then only changes in errors still count */
export function comparisonChecks(comparison: Comparison | null, invalid: readonly VerdictReason[]): Check[] {
  if (comparison === null) return []
  const { baseline, checks, level, reason, components } = comparison
  const name = baseline ?? 'the baseline'
  const first = checks[0]
  if (first === undefined || first.state === 'NO-BASELINE') {
    const code = first === undefined ? 'NOT_COMPARABLE' : 'NO_BASELINE'
    const severity = SEVERITIES[level]
    const message = `${name}: ${reason}`
    return [{ level, reason: { code, severity, message, about: null, detail: message, evidence: {} } }]
  }
  return checks.map((check) => ({
    level: check.level === 'no-go' && !isTrusted(comparedMetric(check), invalid) ? 'invalid' : check.level,
    reason: reasonFor(check, baseline, culpritText(check, components)),
  }))
}

/** A gate of a comparison that made a verdict NO-GO, and how, in a sentence. */
export interface Regression {
  readonly check: ComparisonCheck
  /** The demand of the gate: `p50 no worse than main`. */
  readonly demand: Demand
  readonly message: string
}

/** @param invalid as for `comparisonChecks` */
export function regressionsOf(
  comparison: Comparison | null,
  invalid: readonly VerdictReason[],
): Regression[] {
  if (comparison === null) return []
  const { baseline, checks, components } = comparison
  return checks.flatMap((check) => {
    const reason = reasonFor(check, baseline, culpritText(check, components))
    return check.level === 'no-go' && reason !== null && isTrusted(comparedMetric(check), invalid)
      ? [{ check, demand: gateDemand(check, baseline), message: reason.message }]
      : []
  })
}

const SEVERITIES: Readonly<Record<Level, VerdictReason['severity']>> = {
  ok: 'info',
  caution: 'warning',
  invalid: 'critical',
  'no-go': 'critical',
}

const titleOf = ({ step, metric }: ComparisonCheck): string =>
  step === null ? metric : `${metric} of ${step}`

const MESSAGES: Partial<Record<CheckState, (check: ComparisonCheck, name: string) => string>> = {
  REGRESSED: (check, name) => `${titleOf(check)} regressed against ${name}: ${changeText(check)}`,
  SUSPECT: (check, name) =>
    `${titleOf(check)} may have regressed against ${name}: ${changeText(check)}, not confirmed`,
  BLIND: (check, name) =>
    `${titleOf(check)}: a change of less than ${detectableText(check)} against ${name} would not have been seen; run longer, or approve more sessions`,
  INVALID: (check, name) => `${titleOf(check)} cannot be compared with ${name}: too few requests`,
}

const CULPRIT_SHARE = 0.5

/** Names the component that added most of the time, when one did. */
function culpritText({ metric, level }: ComparisonCheck, [worst]: Comparison['components']): string {
  const isLatency = metric !== 'error_ratio' && metric !== 'throughput'
  if (!isLatency || level === 'ok' || worst === undefined || worst.share < CULPRIT_SHARE) return ''
  const { component, baselineUs, candidateUs, share } = worst
  return `; component '${component}' takes ${formatDurationMs(candidateUs / 1000)} a request instead of ${formatDurationMs(baselineUs / 1000)}, ${formatRatio(share)} of what was added`
}

function reasonFor(check: ComparisonCheck, baseline: string | null, culprit: string): VerdictReason | null {
  const message = MESSAGES[check.state]?.(check, baseline ?? 'the baseline')
  if (message === undefined) return null
  const { metric, change, detectable, pAdjusted, baselineCount, candidateCount } = check
  return {
    code: check.state,
    severity: SEVERITIES[check.level],
    message: `${message}${culprit}`,
    about: gateDemand(check, baseline),
    detail: `${message}${culprit}`,
    evidence: {
      metric,
      change,
      detectable,
      pAdjusted,
      baselineCount,
      candidateCount,
    },
  }
}
