import { createColors } from 'picocolors'
import { visible } from '../base/visible.ts'
import type { Verdict } from '../model/verdict.ts'
import type { ReportInput, TextReporter } from '../ports/reporter.ts'
import { causeText, systemText, verdictTone, verdictWord } from '../text/headline.ts'
import { findingsOf } from './findings.ts'
import { tablesOf } from './tables/index.ts'
import { figuresLine } from './tables/measured-tables.ts'
import { risksTable } from './tables/objective-tables.ts'
import type { Table } from './tables/table.ts'
import { type Colors, renderTextTable, wrapText } from './text-table.ts'

/** `console.txt`: what a terminal shows, without its colours. */
export const consoleReporter: TextReporter = {
  name: 'console',
  fileName: 'console.txt',
  render: (input) => renderVerdict(input, false),
}

/** A finished run to be shown. */
interface Shown extends Pick<ReportInput, 'verdict' | 'files'> {
  /** Files that could not be written, for people. */
  readonly failures?: readonly string[]
  /** Tables beside those of every run. */
  readonly tables?: readonly Table[]
  /** Advice that follows the verdict. */
  readonly next?: string
}

/**
 * Renders the text at the end of a run: figures, further reasons, advice, cautions, tables; and where the eye is when it has
 * scrolled by, the verdict, the state of the system and one path. What is missing on disk has the last word.
 */
export function renderVerdict(
  { verdict, files = {}, failures = [], tables = [], next }: Shown,
  isTerminal: boolean,
): string {
  const colors = createColors(isTerminal)
  const hasRisks = verdict.risks.length > 0
  const findings = findingsOf(verdict)
  const errors = findings.filter(({ kind }) => kind === 'error')
  const cautions = findings.filter(({ kind }) => kind === 'caution')
  const lines = [
    '',
    titleLine(verdict, colors),
    `  ${figuresLine(verdict)}`,
    // The first one is in the headline.
    ...errors.slice(1).flatMap(({ message }) => labelled(colors.red('why '), message)),
    ...(hasRisks ? ['', renderTextTable(risksTable(verdict.risks), colors)] : []),
    ...cautions.flatMap(({ message }) => labelled(colors.yellow('note'), message)),
    ...(hasRisks && cautions.length === 0 ? [] : ['']),
    ...[...tablesOf(verdict), ...tables].map((table) => renderTextTable(table, colors)),
    ...lastLines(verdict, files, colors),
    ...(next === undefined ? [] : wrapText(next, LAST_INDENT).map(colors.dim)),
    ...missingLines(verdict, failures, colors),
  ]
  return `${lines.join('\n')}\n`
}

function titleLine(verdict: Verdict, colors: Colors): string {
  return `${badge(verdict, colors)} ${colors.bold(visible(verdict.scenario))}  ${colors.dim(visible(verdict.runId))}`
}

const LAST_INDENT = 2

/** The verdict in a sentence, the state of the system, and the one file to open. */
function lastLines(verdict: Verdict, files: Readonly<Record<string, string>>, colors: Colors): string[] {
  const path = files['html'] ?? files['markdown'] ?? files['verdict']
  return [
    `${badge(verdict, colors)} ${colors.bold(visible(verdict.scenario))}`,
    ...wrapText(visible(causeText(verdict)), LAST_INDENT),
    ...wrapText(visible(systemText(verdict)), LAST_INDENT),
    ...(path === undefined ? [] : [`  ${colors.dim('open')} ${visible(path)}`]),
  ]
}

/** The files that are not there, and the exit status: a verdict is not the last word where its record is missing. */
function missingLines({ exitCode }: Verdict, failures: readonly string[], colors: Colors): string[] {
  if (failures.length === 0) return []
  return [
    ...failures
      .flatMap((failure) => wrapText(visible(`not written: ${failure}`), LAST_INDENT))
      .map(colors.red),
    `  exit status ${exitCode}`,
  ]
}

/** A label of four letters, and the text beside it. */
function labelled(label: string, text: string): string[] {
  return wrapText(visible(text), 7).map((line, i) => (i === 0 ? `  ${label} ${line.trimStart()}` : line))
}

const BADGES = {
  good:
    ({ bgGreen, black }: Colors) =>
    (text: string) =>
      bgGreen(black(text)),
  // Plain white on red cannot be read in light palettes.
  bad:
    ({ bgRed, whiteBright }: Colors) =>
    (text: string) =>
      bgRed(whiteBright(text)),
  doubt:
    ({ bgYellow, black }: Colors) =>
    (text: string) =>
      bgYellow(black(text)),
} as const

function badge(verdict: Verdict, colors: Colors): string {
  return colors.bold(BADGES[verdictTone(verdict)](colors)(` ${verdictWord(verdict)} `))
}
