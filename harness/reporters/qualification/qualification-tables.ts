/** Tables of a qualification. */
import { formatDurationMs, formatRatio } from '../../base/units.ts'
import type { QualificationRecord, QualifiedActivity } from '../../model/qualification.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { activityText, measuredText, ratioText } from '../../text/qualification-text.ts'
import { risksTable } from '../tables/objective-tables.ts'
import type { Table } from '../tables/table.ts'
import { highlightsOf } from './highlights.ts'

export function stagesTable({ stages }: QualificationRecord): Table {
  return {
    title: 'Stages',
    heads: ['stage', 'passed', 'needed', 'outcome'],
    rows: stages.map((stage) => [
      stage.name,
      ratioText(stage),
      formatRatio(stage.passRatio),
      outcomeText(stage.outcome),
    ]),
    notes: [{ head: 'because', texts: stages.map(({ message }) => message) }],
  }
}

export function highlightsTable(record: QualificationRecord): Table {
  const found = highlightsOf(record)
  return {
    title: 'Achievements and areas for improvement',
    heads: ['what', 'activity'],
    rows: found.map(({ what, activity }) => [what, activity]),
    notes: [
      { head: 'objective', texts: found.map(({ item }) => item) },
      { head: 'found', texts: found.map(({ text }) => text) },
    ],
  }
}

/** Recommendations: the violations of all runs. */
export function recommendationsTable({ risks }: QualificationRecord): Table {
  return risksTable(
    risks,
    risks.map(({ activity }) => activity),
  )
}

export function activitiesTable({ activities }: QualificationRecord): Table {
  return {
    title: 'Activities',
    heads: ['activity', 'stage', 'role', 'kind', 'outcome', 'took', 'slack'],
    rows: activities.map((activity) => [
      activity.name,
      activity.stage,
      activity.role,
      activity.kind,
      activityText(activity),
      tookText(activity),
      activity.slackMs === 0 ? '0' : formatDurationMs(activity.slackMs),
    ]),
    notes: [{ head: 'why', texts: activities.map(whyText) }],
  }
}

export function itemsTable({ activities }: QualificationRecord): Table {
  return {
    title: 'Objectives',
    heads: ['activity', 'objective', 'outcome', 'found', 'margin'],
    rows: activities.flatMap(({ name, items }) =>
      items.map((item) => [
        name,
        item.label,
        item.outcome,
        measuredText(item),
        item.measured?.margin == null ? '-' : formatRatio(item.measured.margin),
      ]),
    ),
  }
}

/** The undos that a NO-GO ran, and those that it should have run. */
export function undosTable({ activities }: QualificationRecord): Table {
  return {
    title: 'Undone',
    heads: ['activity', 'command', 'outcome', 'found'],
    rows: activities.flatMap(({ name, undo }) =>
      undo === null ? [] : [[name, undo.command, undo.outcome, undo.message]],
    ),
  }
}

export function tookText({ startMs, endMs }: Pick<QualifiedActivity, 'startMs' | 'endMs'>): string {
  return startMs === null || endMs === null ? '-' : formatDurationMs(endMs - startMs)
}

/** The chain of an activity that did not pass, the decision of a person, or with whom it ran at once. */
function whyText({ chain, decision, overlapped }: QualifiedActivity): string {
  const parts = [
    ...chain,
    ...(decision === null
      ? []
      : [`${decision.by}${decision.comment === null ? '' : `: ${decision.comment}`}`]),
    ...(overlapped.length === 0 ? [] : [`ran at once with ${overlapped.join(', ')}`]),
  ]
  return parts.join('; ')
}
