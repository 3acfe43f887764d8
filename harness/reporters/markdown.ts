import type { Reporter } from '../ports/reporter.ts'
import { headline, outcomeText, risksTable, slowestTable, type Table, tablesOf } from './rows.ts'

const MARKS = { GO: '✅', NO_GO: '❌', INCONCLUSIVE: '⚠️' } as const

/** `summary.md`: what a reviewer reads in ten seconds; details folded. */
export const markdownReporter: Reporter = {
  name: 'summary',
  fileName: 'summary.md',
  render({ record, verdict }) {
    const [objectives, ...tables] = tablesOf(verdict)
    const details = [...tables, slowestTable(record)].filter(({ rows }) => rows.length > 0)
    return `${[
      `# ${MARKS[verdict.outcome]} ${outcomeText(verdict)}: ${verdict.scenario}`,
      headline(verdict),
      ...(verdict.reasons.length > 0
        ? [verdict.reasons.map(({ message }) => `- **${escapeCell(message)}**`).join('\n')]
        : []),
      ...(verdict.risks.length > 0 ? [renderTable(risksTable(verdict))] : []),
      ...(verdict.cautions.length > 0
        ? [verdict.cautions.map(({ message }) => `- note: ${escapeCell(message)}`).join('\n')]
        : []),
      ...(objectives === undefined ? [] : [renderTable(objectives)]),
      `<details><summary>Details</summary>\n\n${details.map(renderTable).join('\n\n')}\n\n</details>`,
      `Run \`${verdict.runId}\`.`,
    ].join('\n\n')}\n`
  },
}

function renderTable({ title, heads, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`
  const columns = notes.filter(({ texts }) => texts.some((text) => text !== ''))
  const allHeads = [...heads, ...columns.map(({ head }) => head)]
  const allRows = rows.map((row, i) => [...row, ...columns.map(({ texts }) => texts[i] ?? '')])
  return [`### ${title}`, '', line(allHeads), line(allHeads.map(() => '---')), ...allRows.map(line)].join(
    '\n',
  )
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
