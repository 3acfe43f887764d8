import { createColors } from 'picocolors'
import { visible } from '../base/visible.ts'
import type { Verdict } from '../model/verdict.ts'
import type { ReportInput, TextReporter } from '../ports/reporter.ts'
import { outcomeText } from '../text/outcome-text.ts'
import { tablesOf } from './tables/index.ts'
import { headline } from './tables/measured-tables.ts'
import { risksTable } from './tables/objective-tables.ts'
import { type Colors, renderTextTable, wrapText } from './text-table.ts'

/** `console.txt`: what a terminal shows, without its colours. */
export const consoleReporter: TextReporter = {
  name: 'console',
  fileName: 'console.txt',
  render: (input) => renderVerdict(input, false),
}

/** Renders the text at the end of a run: the verdict, its reasons, advice, cautions, then the tables. */
export function renderVerdict(
  { verdict, files = {} }: Pick<ReportInput, 'verdict' | 'files'>,
  isTerminal: boolean,
): string {
  const colors = createColors(isTerminal)
  const hasRisks = verdict.risks.length > 0
  const lines = [
    '',
    `${badge(verdict, colors)} ${colors.bold(visible(verdict.scenario))}  ${colors.dim(visible(verdict.runId))}`,
    `  ${headline(verdict)}`,
    ...verdict.reasons.flatMap(({ message }) => labelled(colors.red('why '), message)),
    ...(hasRisks ? ['', renderTextTable(risksTable(verdict), colors)] : []),
    ...verdict.cautions.flatMap(({ message }) => labelled(colors.yellow('note'), message)),
    ...(hasRisks && verdict.cautions.length === 0 ? [] : ['']),
    ...tablesOf(verdict).map((table) => renderTextTable(table, colors)),
    ...Object.entries(files).map(([name, path]) => `${colors.dim(name.padEnd(9))} ${visible(path)}`),
  ]
  return `${lines.join('\n')}\n`
}

/** A label of four letters, and the text beside it. */
function labelled(label: string, text: string): string[] {
  return wrapText(visible(text), 7).map((line, i) => (i === 0 ? `  ${label} ${line.trimStart()}` : line))
}

function badge(verdict: Verdict, colors: Colors): string {
  const text = ` ${outcomeText(verdict.outcome)} `
  if (verdict.outcome === 'GO') return colors.bold(colors.bgGreen(colors.black(text)))
  return colors.bold(
    verdict.outcome === 'NO_GO' ? colors.bgRed(colors.white(text)) : colors.bgYellow(colors.black(text)),
  )
}
