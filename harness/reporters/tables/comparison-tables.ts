/** Tables of a comparison with a baseline. */
import { formatAmount } from '../../base/units.ts'
import type { ComparisonCheck } from '../../model/comparison.ts'
import type { Verdict } from '../../model/verdict.ts'
import { changeText, detectableText, gateText, serviceChangeText } from '../../text/comparison-text.ts'
import type { Table } from './table.ts'

/** The gates of a comparison, without those of steps in which nothing was found; without checks there is nothing to show. */
export function comparisonTable(comparison: Verdict['comparison']): Table {
  const { baseline = null, checks = [] } = comparison ?? {}
  const shown = checks.filter((check) => !isQuietStep(check))
  const isServed = shown.some(({ serviceChange }) => serviceChange !== null)
  return {
    title: `Compared with ${baseline ?? 'the baseline'}`,
    heads: [
      'metric',
      'state',
      'change',
      ...(isServed ? ['of service_time'] : []),
      'adjusted p',
      'smallest detectable change',
      'runs',
      'baseline',
    ],
    rows: shown.map((check) => [
      gateText(check),
      check.state,
      changeText(check) ?? '-',
      ...(isServed ? [serviceChangeText(check) ?? '-'] : []),
      check.pAdjusted === null ? '-' : check.pAdjusted.toFixed(3),
      detectableText(check) ?? '-',
      String(check.candidateCount),
      String(check.baselineCount),
    ]),
  }
}

function isQuietStep({ step, state }: ComparisonCheck): boolean {
  return step !== null && state === 'OK'
}

/** Remarks on a comparison: steps that are not compared, gates that its table leaves out, runs that could not be made. */
export function comparisonNotesTable(comparison: Verdict['comparison']): Table {
  const { notes = [], checks = [] } = comparison ?? {}
  const quiet = checks.filter(isQuietStep).length
  const others = quiet === 0 ? [] : [`${formatAmount(quiet, 'further gate')} of steps: OK`]
  return {
    title: 'Remarks on the comparison',
    heads: ['remark'],
    rows: [...others, ...notes].map((note) => [note]),
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
