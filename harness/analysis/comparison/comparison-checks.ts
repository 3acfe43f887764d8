/** The checks that a comparison adds to a verdict. */
import type { CheckState, Comparison, ComparisonCheck, Level } from '../../model/comparison.ts'
import { type Demand, gateDemand } from '../../model/demand.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import { changeText, detectableText, gateText } from '../../text/comparison-text.ts'
import type { Check } from '../decide.ts'
import { isTrusted } from '../trust.ts'
import { comparedMetric } from './compared-metric.ts'

/**
 * The checks of a comparison. @param invalid why the instrument is not to be believed; then only changes in errors still count,
 * unless the comparison made valid runs of its own
 */
export function comparisonChecks(comparison: Comparison | null, invalid: readonly VerdictReason[]): Check[] {
  if (comparison === null) return []
  const { baseline, checks, level, reason, believed } = comparison
  const name = baseline ?? 'the baseline'
  const first = checks[0]
  if (first === undefined || first.state === 'NO-BASELINE') {
    const code = first === undefined ? 'NOT_COMPARABLE' : 'NO_BASELINE'
    const severity = SEVERITIES[level]
    const message = `${name}: ${reason}`
    return [{ level, reason: { code, severity, message, about: null, detail: message, evidence: {} } }]
  }
  const doubts = believed ? [] : invalid
  return checks.map((check) => ({
    level: check.level === 'no-go' && !isTrusted(comparedMetric(check), doubts) ? 'invalid' : check.level,
    reason: reasonFor(check, baseline, slowerStepsText(check, comparison)),
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
  const { baseline, checks, believed } = comparison
  const doubts = believed ? [] : invalid
  return checks.flatMap((check) => {
    const reason = reasonFor(check, baseline, slowerStepsText(check, comparison))
    return check.level === 'no-go' && reason !== null && isTrusted(comparedMetric(check), doubts)
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

const MESSAGES: Partial<Record<CheckState, (check: ComparisonCheck, name: string) => string>> = {
  REGRESSED: (check, name) => `${gateText(check)} regressed against ${name}: ${changeText(check)}`,
  SUSPECT: (check, name) =>
    `${gateText(check)} may have regressed against ${name}: ${changeText(check)}, ${isUnsettled(check) ? 'too much to pass without a confirmation' : 'not confirmed'}`,
  BLIND: (check, name) =>
    `${gateText(check)}: a change of less than ${detectableText(check)} against ${name} would not have been seen; run longer, or approve more sessions`,
  INVALID: (check, name) => `${gateText(check)} cannot be compared with ${name}: too few requests`,
}

/** Tests whether a suspicion is too strong to let a run pass. */
function isUnsettled({ state, level }: ComparisonCheck): boolean {
  return state === 'SUSPECT' && level === 'invalid'
}

/** The most slower steps that one reason names. */
const SLOWER_STEPS_MAX = 3

/** Names the steps behind a change of the whole run that had too few requests to be gates themselves. */
function slowerStepsText({ step, metric, level }: ComparisonCheck, { steps, checks }: Comparison): string {
  if (level === 'ok' || step !== null || metric === 'error_ratio') return ''
  const figure = metric === 'throughput' ? 'p50' : metric
  const isGate = (name: string) => checks.some((check) => check.step === name && check.metric === figure)
  const slower = steps.filter((each) => each.metric === figure && !isGate(each.step))
  if (slower.length === 0) return ''
  const named = slower.slice(0, SLOWER_STEPS_MAX)
  return `; slower steps: ${named.map((each) => `${each.step} ${each.metric} ${changeText(each)}`).join(', ')}`
}

function reasonFor(
  check: ComparisonCheck,
  baseline: string | null,
  slowerSteps: string,
): VerdictReason | null {
  const message = MESSAGES[check.state]?.(check, baseline ?? 'the baseline')
  if (message === undefined) return null
  const { metric, change, detectable, pAdjusted, baselineCount, candidateCount } = check
  return {
    code: isUnsettled(check) ? 'SUSPECT_UNSETTLED' : check.state,
    severity: SEVERITIES[check.level],
    message: `${message}${slowerSteps}`,
    about: gateDemand(check, baseline),
    detail: `${message}${slowerSteps}`,
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
