import { formatAmount, formatCount } from '../base/units.ts'
import type { RollbackRecord } from '../model/rollback.ts'
import type { Verdict } from '../model/verdict.ts'
import type { TextReporter } from '../ports/reporter.ts'
import { demandText } from '../text/demand-text.ts'
import { causeText, rollbackText, verdictTone, verdictWord } from '../text/headline.ts'
import { type Finding, findingsOf } from './findings.ts'
import { codeMarkdown, linkMarkdown, proseMarkdown, rowMarkdown } from './markdown-text.ts'
import { tablesOf } from './tables/index.ts'
import { figuresLine, slowestTable } from './tables/measured-tables.ts'
import type { Table } from './tables/table.ts'

const MARKS = { good: '✅', bad: '❌', doubt: '⚠️' } as const

/** The size that GitHub accepts for a comment. */
export const COMMENT_CHARS_MAX = 65_536
/** Kept for the last lines, which say what was cut. */
const CLOSING_CHARS = 2_000

/** The maximum length of each list on the first screen. */
const FINDINGS_MAX = 10
const MESSAGE_CHARS_MAX = 300
const CELL_CHARS_MAX = 120
const HEADLINE_CHARS_MAX = 600

/** Heads of columns that hold names and expressions. */
const NAMES = new Set(['objective', 'violation', 'step', 'component', 'metric', 'trace'])

/** `summary.md`: a comment on a pull request. Verdict and reasons in ten seconds; what measured them folded. */
export const markdownReporter: TextReporter = {
  name: 'markdown',
  fileName: 'summary.md',
  render({ record, verdict }) {
    const [objectives, ...tables] = tablesOf(verdict)
    const details = [...tables, slowestTable(record)].filter(({ rows }) => rows.length > 0)
    const page = new Page(firstScreen(verdict))
    if (objectives !== undefined) page.add(objectives)
    page.raw('<details><summary>Details</summary>')
    for (const table of details) page.add(table)
    page.raw('</details>')
    return page.end(verdict.runId)
  },
}

function firstScreen(verdict: Verdict): string[] {
  const findings = findingsOf(verdict)
  // What is about the run as a whole is in the headline, word for word.
  const errors = findings.filter(
    ({ kind, headline, about }) => kind === 'error' && (headline === null || about !== null),
  )
  const cautions = findings.filter(({ kind }) => kind === 'caution')
  const rollback = verdict.rollback
  return [
    `# ${MARKS[verdictTone(verdict)]} ${verdictWord(verdict)}: ${proseMarkdown(verdict.scenario, CELL_CHARS_MAX)}`,
    `${proseMarkdown(causeText(verdict), HEADLINE_CHARS_MAX)}.`,
    figuresLine(verdict),
    ...listOf('Why', errors),
    ...(rollback === null
      ? []
      : [`**System:** ${proseMarkdown(procedureText(rollback), MESSAGE_CHARS_MAX)}`]),
    ...listOf('Warnings', cautions),
  ]
}

function procedureText(rollback: RollbackRecord): string {
  const asked = rollback.reasons.map(demandText).join('; ')
  return asked === '' ? rollbackText(rollback) : `${rollbackText(rollback)} (asked for by ${asked})`
}

function listOf(title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const shown = findings.slice(0, FINDINGS_MAX).map((finding, i) => itemOf(finding, i + 1))
  const more = findings.length - shown.length
  return [`### ${title}`, shown.join('\n'), ...(more > 0 ? [`... and ${formatCount(more)} more.`] : [])]
}

/** Renders a finding: what and since when, where, with what confidence, and what to do. */
function itemOf(finding: Finding, number: number): string {
  const { where, confidence } = finding
  const indent = ' '.repeat(`${number}. `.length)
  const lines = [
    ['where', proseMarkdown(where, MESSAGE_CHARS_MAX)],
    ['how sure', proseMarkdown(confidence, MESSAGE_CHARS_MAX)],
    ['next', adviceOf(finding)],
  ].filter(([, text]) => text !== '')
  return [
    `${number}. ${titleMarkdown(finding)}`,
    ...lines.map(([name, text]) => `${indent}- ${name}: ${text}`),
  ].join('\n')
}

/** The demand in one piece, after its name, and what was found; the headline has told the first one. */
function titleMarkdown({ about, message, detail, headline }: Finding): string {
  if (about === null) return proseMarkdown(message, MESSAGE_CHARS_MAX)
  const name = about.name === null ? '' : `${proseMarkdown(about.name, CELL_CHARS_MAX)} `
  const found = headline === null ? `: ${proseMarkdown(detail, MESSAGE_CHARS_MAX)}` : ''
  return `${name}${codeMarkdown(about.expect, CELL_CHARS_MAX)}${found}`
}

function adviceOf({ risk }: Finding): string {
  if (risk === null) return ''
  const { recommendation, priority, exposure, roi, owner, runbook } = risk
  const roiText = roi === null ? '' : `, ROI ${roi.toFixed(1)}`
  return [
    `${proseMarkdown(recommendation, MESSAGE_CHARS_MAX)} (priority ${priority}, exposure ${exposure.toFixed(1)} of 10${roiText})`,
    ...(owner === null ? [] : [`owner ${proseMarkdown(owner, CELL_CHARS_MAX)}`]),
    ...(runbook === null ? [] : [`runbook ${linkMarkdown(runbook, CELL_CHARS_MAX)}`]),
  ].join('; ')
}

/** Adds what fits, and remembers what does not. */
class Page {
  readonly #parts: string[]
  readonly #cut: string[] = []
  #room: number

  constructor(parts: readonly string[]) {
    this.#parts = [...parts]
    this.#room = COMMENT_CHARS_MAX - CLOSING_CHARS - parts.join('\n\n').length
  }

  raw(text: string): void {
    this.#parts.push(text)
    this.#room -= text.length + 2
  }

  /** As many rows as there is room for. */
  add({ title, heads, rows, notes = [] }: Table): void {
    const columns = notes.filter(({ texts }) => texts.some((text) => text !== ''))
    const all = [...heads, ...columns.map(({ head }) => head)]
    const lines = [
      `### ${proseMarkdown(title, MESSAGE_CHARS_MAX)}`,
      '',
      rowMarkdown(all),
      rowMarkdown(all.map(() => '---')),
    ]
    const headLines = lines.length
    let room = this.#room - lines.join('\n').length - 2
    for (const [i, row] of rows.entries()) {
      const cells = [...row, ...columns.map(({ texts }) => texts[i] ?? '')]
      const line = rowMarkdown(
        cells.map((cell, column) =>
          NAMES.has(all[column] ?? '')
            ? codeMarkdown(cell, CELL_CHARS_MAX)
            : proseMarkdown(cell, CELL_CHARS_MAX),
        ),
      )
      room -= line.length + 1
      if (room < 0) break
      lines.push(line)
    }
    const shownCount = lines.length - headLines
    if (shownCount < rows.length)
      this.#cut.push(`${formatAmount(rows.length - shownCount, 'row')} of ${title.split(':')[0]}`)
    if (shownCount > 0) this.raw(lines.join('\n'))
  }

  end(runId: string): string {
    const cut =
      this.#cut.length === 0
        ? []
        : [
            proseMarkdown(
              `Left out, as a comment holds ${formatCount(COMMENT_CHARS_MAX)} characters: ${this.#cut.join('; ')}. verdict.json has all of it.`,
              MESSAGE_CHARS_MAX,
            ),
          ]
    return `${[...this.#parts, ...cut, `Run ${codeMarkdown(runId, CELL_CHARS_MAX)}.`].join('\n\n')}\n`
  }
}
