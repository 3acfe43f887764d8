/** `summary.md` of a search for a capacity. */
import { visible } from '../../base/visible.ts'
import { type AnsweredCapacity, capacityHeadline } from '../../text/capacity-text.ts'
import { proseMarkdown, rowMarkdown } from '../markdown-text.ts'
import type { Table } from '../tables/table.ts'
import { factsTable, lawTable, limitsTable, probesTable } from './capacity-tables.ts'

const MARKS = { GO: '✅', NO_GO: '❌', INCONCLUSIVE: '⚠️' } as const

export function capacityMarkdown(record: AnsweredCapacity): string {
  const { answer, scenario, capacityId } = record
  const details = [probesTable(record), lawTable(record)].filter(({ rows }) => rows.length > 0)
  const lines = [
    `# ${MARKS[answer.outcome]} Capacity of ${proseMarkdown(scenario)}`,
    proseMarkdown(capacityHeadline(record)),
    ...answer.cautions.map(({ message }) => `- ${proseMarkdown(message)}`),
    ...tableOf(factsTable(record)),
    ...tableOf(limitsTable(record)),
    '<details><summary>Details</summary>',
    ...details.flatMap(tableOf),
    '</details>',
    `Search ${visible(capacityId)}`,
  ]
  return `${lines.join('\n\n')}\n`
}

function tableOf({ title, heads, rows }: Table): string[] {
  const cells = (row: readonly string[]) => rowMarkdown(row.map((cell) => proseMarkdown(cell)))
  return [`## ${title}`, [cells(heads), rowMarkdown(heads.map(() => '---')), ...rows.map(cells)].join('\n')]
}
