/** What a benchmark prints: one row a claim, with its bar, its figure and the raw values; and whether all bars hold. */
import Table from 'cli-table3'
import { brief } from './rounds.ts'

export interface BenchRow {
  readonly work: string
  /** Null when the figure is stated, not held to a bar. */
  readonly bar: { readonly atMost?: number; readonly atLeast?: number } | null
  readonly figure: number
  readonly unit?: string
  readonly raw: string
}

/** Whether a figure holds its bar. */
export function holds({ bar, figure }: BenchRow): boolean {
  return (
    figure <= (bar?.atMost ?? Number.POSITIVE_INFINITY) &&
    figure >= (bar?.atLeast ?? Number.NEGATIVE_INFINITY)
  )
}

/** Prints rows; the exit status says whether all bars hold. */
export function reportRows(title: string, rows: readonly BenchRow[]): void {
  const table = new Table({
    head: ['work', 'bar', 'figure', 'holds', 'raw values'],
    style: { head: [], border: [] },
    colWidths: [44, 12, 14, 8, 70],
    wordWrap: true,
  })
  for (const row of rows) {
    const held = holds(row) ? 'yes' : 'NO'
    const figure = `${brief(row.figure)}${row.unit ?? ''}`
    table.push([row.work, barText(row.bar), figure, row.bar === null ? '-' : held, row.raw])
  }
  process.stdout.write(`${title}\n${table.toString()}\n`)
  if (!rows.every(holds)) process.exitCode = 1
}

function barText(bar: BenchRow['bar']): string {
  if (bar === null) return 'stated'
  return bar.atMost === undefined ? `>= ${bar.atLeast}` : `<= ${bar.atMost}`
}
