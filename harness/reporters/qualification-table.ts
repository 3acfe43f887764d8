/** The activities and the stages of a qualification as tables of text. */
import { formatRatio } from '../base/units.ts'
import type { QualificationRecord, QualifiedActivity } from '../model/qualification.ts'
import { wholeTime } from '../text/critical-path-text.ts'
import { outcomeText } from '../text/outcome-text.ts'

export function stagesTable({ stages }: QualificationRecord) {
  return {
    title: 'Stages',
    heads: ['stage', 'outcome', 'passed', 'needed', 'rule'],
    rows: stages.map(({ name, outcome, passed, total, passRatio, rule, message }) => [
      name,
      outcomeText(outcome),
      `${passed} of ${total}`,
      formatRatio(passRatio),
      `${rule}: ${message}`,
    ]),
  }
}

export function activitiesTable({ activities }: QualificationRecord) {
  return {
    title: 'Activities',
    heads: ['activity', 'stage', 'role', 'outcome', 'items', 'took', 'expected', 'slack', 'why'],
    rows: activities.map((activity) => [
      activity.name,
      activity.stage,
      activity.role,
      activity.outcome,
      itemsText(activity),
      activity.startMs === null || activity.endMs === null
        ? ''
        : wholeTime(activity.endMs - activity.startMs),
      wholeTime(activity.expectedMs),
      wholeTime(activity.slackMs),
      activity.reasons[0]?.message ?? '',
    ]),
  }
}

function itemsText({ items }: QualifiedActivity): string {
  return `${items.filter(({ outcome }) => outcome === 'passed').length} of ${items.length}`
}
