/** Tables for terminals. */
import Table from 'cli-table3'
import { createColors } from 'picocolors'
import type { Table as Rows } from './rows.ts'

export type Colors = ReturnType<typeof createColors>

const PLAIN = createColors(false)
const GOOD = new Set(['met', 'OK', 'IMPROVED'])
const BAD = new Set(['missed', 'REGRESSED'])
const DOUBTFUL = new Set(['unproven', 'no-data', 'SUSPECT', 'BLIND', 'NO-BASELINE', 'INVALID', 'DRIFT'])

/** Words that are good or bad news wherever they stand in a table. */
function tint(cell: string, colors: Colors): string {
  if (GOOD.has(cell)) return colors.green(cell)
  if (BAD.has(cell)) return colors.red(cell)
  return DOUBTFUL.has(cell) ? colors.yellow(cell) : cell
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

/** Columns of text, numbers to the right; ends with a line feed. */
export function renderTextTable({ title, heads, rows }: Rows, colors: Colors = PLAIN): string {
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
  return title === '' ? `${text}\n` : `${colors.bold(title)}\n${text}\n`
}
