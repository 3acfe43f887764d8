/** Tables of objectives and risks. */
import { formatInUnit } from '../../base/units.ts'
import type { ObjectiveResult } from '../../model/objective-result.ts'
import type { Risk, Verdict } from '../../model/verdict.ts'
import { intervalText } from '../../text/breach-text.ts'
import { titleOf } from '../../text/demand-text.ts'
import { byStanding, standingOf } from '../../text/standing.ts'
import { budgetText } from '../budget-text.ts'
import { claimNote, type Table } from './table.ts'

/**
 * Tabulates violations in the order in which to look at them, each with what to do.
 * @param activities of a qualification, in whose runs they were
 */
export function risksTable(risks: readonly Risk[], activities: readonly string[] | null = null): Table {
  const hasRoi = risks.some(({ roi }) => roi !== null)
  return {
    title: 'What to look at, the worst first',
    heads: [
      '#',
      'priority',
      'exposure',
      ...(hasRoi ? ['ROI'] : []),
      ...(activities === null ? [] : ['activity']),
      'objective',
    ],
    rows: risks.map(({ priority, exposure, roi, ...demand }, i) => [
      String(i + 1),
      priority,
      exposure.toFixed(1),
      ...(hasRoi ? [roi === null ? '-' : roi.toFixed(1)] : []),
      ...(activities === null ? [] : [activities[i] ?? '']),
      titleOf(demand),
    ]),
    notes: [
      claimNote(risks),
      { head: 'recommendation', texts: risks.map(({ recommendation }) => recommendation) },
      { head: 'owner, runbook', texts: risks.map(whoText) },
    ],
  }
}

function whoText({ owner, runbook }: Risk): string {
  return [
    ...(owner === null ? [] : [`owner: ${owner}`]),
    ...(runbook === null ? [] : [`runbook: ${runbook}`]),
  ].join(', ')
}

/** Every objective with its value beside its bound, the worst first. */
export function objectivesTable({ objectives }: Verdict): Table {
  const sorted = objectives.toSorted(byStanding)
  return {
    title: 'Objectives',
    heads: ['objective', 'state', 'value', 'limit', '95 % interval', 'severity'],
    rows: sorted.map((result) => [
      `${result.name ?? result.claim}${result.builtIn ? ' (built in)' : ''}`,
      standingOf(result),
      observedText(result),
      `${result.op} ${formatInUnit(result.bound, result.unit)}`,
      result.interval === null ? '-' : intervalText(result.interval, result.unit),
      result.role === 'core' ? result.severity : `${result.severity}, ${result.role}`,
    ]),
    notes: [
      { head: 'claim', texts: sorted.map(({ name, claim }) => (name === null ? '' : claim)) },
      { head: 'error budget', texts: sorted.map(({ budget }) => budgetText(budget)) },
    ],
  }
}

function observedText({ observed, unit, isAtLeast }: ObjectiveResult): string {
  return observed === null ? '-' : `${isAtLeast ? '≥' : ''}${formatInUnit(observed, unit)}`
}
