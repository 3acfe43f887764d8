/** Tables for terminals. */
import Table from 'cli-table3'
import { createColors } from 'picocolors'
import { max } from 'simple-statistics'
import { visible } from '../base/visible.ts'
import { wordTone } from '../text/word-tone.ts'
import type { Table as Rows } from './tables/table.ts'

export type Colors = ReturnType<typeof createColors>

const PLAIN = createColors(false)
const PAINTS = { good: 'green', bad: 'red', doubt: 'yellow' } as const

/** Colours a cell that is good or bad news. */
function tint(cell: string, colors: Colors): string {
  const tone = wordTone(cell)
  return tone === null ? cell : colors[PAINTS[tone]](cell)
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

/** The minimum width of a terminal. */
const COLUMNS = 80
const INDENT = 2
/** The indentation of notes below a row. */
const NOTE_INDENT = 4

/** Lines of at most 80 columns, the first one as far in as the others; a longer word stays whole. */
export function wrapText(text: string, indent: number): string[] {
  const room = COLUMNS - indent
  const lines = text.match(new RegExp(`\\S(?:.{0,${room - 2}}\\S)?(?=\\s|$)|\\S+`, 'g')) ?? []
  return lines.map((line) => `${' '.repeat(indent)}${line}`)
}

/**
 * Columns of text, numbers to the right; ends with a line feed. A row is a block: its notes stand beneath it, and a text
 * that makes it wider than a terminal gets lines of its own.
 */
export function renderTextTable(given: Rows, colors: Colors = PLAIN): string {
  const { title, heads, rows, notes = [] } = shown(given)
  const isText = (column: number) => rows.some((row) => !/^[\d.,<>+-]/.test(row[column] ?? ''))
  const table = new Table({
    head: heads.map((head) => colors.dim(head)),
    chars: NO_BORDER,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: heads.map((_, column) => (isText(column) ? 'left' : 'right')),
  })
  const blocks = blocksOf(heads, rows, isText)
  for (const { row } of blocks) table.push(row.map((cell) => tint(cell, colors)))
  const [head = '', ...lines] = table.toString().split('\n').map(indented)
  const noted = (i: number) =>
    notes.flatMap(({ texts }) => wrapText(texts[i] ?? '', NOTE_INDENT)).map((line) => colors.dim(line))
  const body = blocks.flatMap(({ above, below }, i) => [...above, lines[i] ?? '', ...below, ...noted(i)])
  const text = [head, ...body].join('\n')
  const titles = wrapText(title, 0).map((line) => `${colors.bold(line)}\n`)
  return `${titles.join('')}${text}\n`
}

/** Makes all texts visible, so that external text cannot control the terminal. */
function shown({ title, heads, rows, notes = [] }: Rows): Rows {
  return {
    title: visible(title),
    heads,
    rows: rows.map((row) => row.map(visible)),
    notes: notes.map(({ head, texts }) => ({ head, texts: texts.map(visible) })),
  }
}

function indented(line: string): string {
  return `${' '.repeat(INDENT)}${line}`.trimEnd()
}

/** A row, and what of it has lines of its own. */
interface Block {
  readonly above: readonly string[]
  readonly row: readonly string[]
  readonly below: readonly string[]
}

/** The widest column of texts gives way: names of rows stand above, other texts below. */
function blocksOf(heads: Rows['heads'], rows: Rows['rows'], isText: (column: number) => boolean): Block[] {
  const widths = heads.map((_, i) => max([heads, ...rows].map((row) => (row[i] ?? '').length)))
  const widest = widths.reduce((best, width, i) => (isText(i) && width > (widths[best] ?? 0) ? i : best), -1)
  const others = widths.reduce(
    (sum, width, i) => sum + (i === widest ? 0 : width + NO_BORDER.middle.length),
    0,
  )
  const room = COLUMNS - INDENT - others
  return rows.map((row) => {
    const cell = row[widest] ?? ''
    if (cell.length <= room) return { above: [], row, below: [] }
    return {
      above: widest === 0 ? wrapText(cell, INDENT) : [],
      row: row.map((text, i) => (i === widest ? '' : text)),
      below: widest === 0 ? [] : wrapText(cell, NOTE_INDENT),
    }
  })
}
