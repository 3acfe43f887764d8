import Table from 'cli-table3'
import { createColors } from 'picocolors'
import type { Verdict } from '../model/verdict.ts'
import type { Reporter } from '../ports/reporter.ts'
import { headline, outcomeText, type Table as Rows, tablesOf } from './rows.ts'

type Colors = ReturnType<typeof createColors>

/** What a terminal shows at the end: the verdict, why, what to know, then the tables. */
export const consoleReporter: Reporter = {
  name: 'console',
  fileName: null,
  render({ verdict, terminal }) {
    const colors = createColors(terminal)
    const lines = [
      '',
      `${badge(verdict, colors)} ${colors.bold(verdict.scenario)}  ${colors.dim(verdict.runId)}`,
      `  ${headline(verdict)}`,
      ...verdict.reasons.map(({ message }) => `  ${colors.red('why')}  ${message}`),
      ...verdict.cautions.map(({ message }) => `  ${colors.yellow('note')} ${message}`),
      '',
      ...tablesOf(verdict).map((table) => renderTable(table, colors)),
      ...Object.entries(verdict.files).map(([name, path]) => `${colors.dim(name.padEnd(9))} ${path}`),
    ]
    return `${lines.join('\n')}\n`
  },
}

function badge(verdict: Verdict, colors: Colors): string {
  const text = ` ${outcomeText(verdict)} `
  if (verdict.outcome === 'GO') return colors.bold(colors.bgGreen(colors.black(text)))
  return colors.bold(
    verdict.outcome === 'NO_GO' ? colors.bgRed(colors.white(text)) : colors.bgYellow(colors.black(text)),
  )
}

/** Words that are good or bad news wherever they stand in a table. */
function tint(cell: string, colors: Colors): string {
  if (cell === 'met') return colors.green(cell)
  if (cell === 'missed') return colors.red(cell)
  return cell === 'unproven' || cell === 'no-data' ? colors.yellow(cell) : cell
}

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

function renderTable({ title, heads, rows }: Rows, colors: Colors): string {
  const isText = (column: number) => rows.some((row) => !/^[\d.,<-]/.test(row[column] ?? ''))
  const table = new Table({
    head: heads.map((head) => colors.dim(head)),
    chars: NO_BORDER,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: heads.map((_, column) => (isText(column) ? 'left' : 'right')),
  })
  for (const row of rows) table.push(row.map((cell) => tint(cell, colors)))
  const text = table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
  return `${colors.bold(title)}\n${text}\n`
}
