/** Tables of a comparison with a baseline. */
import type { Verdict } from '../../model/verdict.ts'
import { changeText, detectableText } from '../../text/comparison-text.ts'
import type { Table } from './table.ts'

/** Every gate of a comparison; without checks there is nothing to show. */
export function comparisonTable(comparison: Verdict['comparison']): Table {
  const { baseline = null, checks = [] } = comparison ?? {}
  return {
    title: `Compared with ${baseline ?? 'the baseline'}`,
    heads: ['metric', 'state', 'change', 'adjusted p', 'smallest detectable change', 'runs', 'baseline'],
    rows: checks.map((check) => [
      check.step === null ? check.metric : `${check.metric} of ${check.step}`,
      check.state,
      changeText(check) ?? '-',
      check.pAdjusted === null ? '-' : check.pAdjusted.toFixed(3),
      detectableText(check) ?? '-',
      String(check.candidateCount),
      String(check.baselineCount),
    ]),
  }
}

export function slowerStepsTable(comparison: Verdict['comparison']): Table {
  return {
    title: 'Steps that look slower (at most one in twenty by chance)',
    heads: ['step', 'metric', 'change', 'adjusted p'],
    rows: (comparison?.steps ?? []).map(({ step, metric, change, pAdjusted }) => [
      step,
      metric,
      changeText({ metric, change }) ?? '-',
      pAdjusted.toFixed(3),
    ]),
  }
}
