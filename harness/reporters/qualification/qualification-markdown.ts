/** `summary.md` of a qualification: it fits a comment of a pull request. */
import { visible } from '../../base/visible.ts'
import type { QualificationRecord } from '../../model/qualification.ts'
import { chainText } from '../../text/qualification-text.ts'
import { proseMarkdown, rowMarkdown } from '../markdown-text.ts'
import type { Table } from '../tables/table.ts'
import {
  activitiesTable,
  highlightsTable,
  itemsTable,
  recommendationsTable,
  stagesTable,
  undosTable,
} from './qualification-tables.ts'

const MARKS = { GO: '✅', NO_GO: '❌', INCONCLUSIVE: '⚠️' } as const
/** A comment of GitHub takes 65,536 characters, and tells no more beyond. */
const CHARS_MAX = 60_000
const ROWS_MAX = 100
const CELL_CHARS_MAX = 200

export function qualificationMarkdown(record: QualificationRecord): string {
  const { plan, verdict, qualificationId, criticalPath } = record
  const chain = chainText(record.verdict.chain)
  const head = [
    `# ${MARKS[verdict.outcome]} Qualification ${proseMarkdown(plan)}`,
    proseMarkdown(verdict.message),
    ...(chain === '' ? [] : [`Decided by: ${proseMarkdown(chain, CELL_CHARS_MAX * 5)}`]),
    ...(verdict.cautions.length === 0
      ? []
      : [verdict.cautions.map(({ message }) => `- ${proseMarkdown(message)}`).join('\n')]),
    ...[stagesTable(record), recommendationsTable(record), highlightsTable(record)].flatMap(tableOf),
    `Critical path: ${proseMarkdown(criticalPath.actual.path.join(' → '))}`,
  ]
  const details = [activitiesTable(record), itemsTable(record), undosTable(record)].flatMap(tableOf)
  const foot = `Qualification ${visible(qualificationId)}`
  const whole = [...head, '<details><summary>Details</summary>', ...details, '</details>', foot].join('\n\n')
  return `${whole.length <= CHARS_MAX ? whole : [...head, foot].join('\n\n')}\n`
}

function tableOf({ title, heads, rows: short, notes = [] }: Table): string[] {
  if (short.length === 0) return []
  const columns = [...heads, ...notes.map(({ head }) => head)]
  const rows = short.map((row, i) => [...row, ...notes.map(({ texts }) => texts[i] ?? '')])
  const cells = (row: readonly string[]) =>
    rowMarkdown(row.map((cell) => proseMarkdown(cell, CELL_CHARS_MAX)))
  const left = rows.length - ROWS_MAX
  return [
    `## ${title}`,
    [cells(columns), rowMarkdown(columns.map(() => '---')), ...rows.slice(0, ROWS_MAX).map(cells)].join('\n'),
    ...(left > 0 ? [`and ${left} more`] : []),
  ]
}
