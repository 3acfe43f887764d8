/** The first screen of a reviewer: the verdict, what failed, where, since when and how sure we are, and the charts that show it. */

import { html } from 'hono/html'
import { formatAmount } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { Chart, RunCharts } from '../../model/chart.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { type Finding, findingsOf } from '../../reporters/findings.ts'
import { figuresLine } from '../../reporters/tables/measured-tables.ts'
import { titleOf } from '../../text/demand-text.ts'
import { causeText, rollbackText, verdictTone, verdictWord } from '../../text/headline.ts'
import type { Html } from '../html.ts'
import { chartFigure } from './chart-figure.ts'
import { NO_PICTURES, visualFigures } from './visual-figures.ts'

/** Reasons that leave room for the charts. */
const REASONS_SHOWN = 3

/** Without charts where the pictures show why. */
export function firstScreen(
  record: RunRecord,
  verdict: Verdict,
  { first }: RunCharts,
  pictures = NO_PICTURES,
): Html {
  const findings = findingsOf(verdict)
  const errors = findings.filter(({ kind }) => kind === 'error')
  return html`<header class="verdict">
<p class="badge ${verdictTone(verdict)}">${verdictWord(verdict)}</p>
<div><h1>${visible(verdict.scenario)}</h1>
<p class="headline">${visible(causeText(verdict))}.</p>
${rollbackLine(verdict)}<p class="muted">${figuresLine(verdict)}. Run <code>${visible(verdict.runId)}</code>, ${visible(record.startedAt)}${statusText(record)}.</p></div>
</header>
${errors.length === 0 ? warningsLine(findings) : reasonsList(errors)}
${first.length === 0 ? '' : chartsSection(first)}${visualFigures(pictures, record.visuals)}`
}

function chartsSection(charts: readonly Chart[]): Html {
  return html`<section class="charts" aria-label="Charts that show it">
${charts.map(chartFigure)}</section>
`
}

function statusText({ status }: RunRecord): string {
  return status === 'complete' ? '' : `, ${status}`
}

function warningsLine(findings: readonly Finding[]): Html | string {
  return findings.length === 0
    ? ''
    : html`<p class="summary-line"><a href="#cautions">${formatAmount(findings.length, 'warning')}</a></p>
`
}

/** The state of the system, where something was to be done about it. */
function rollbackLine({ rollback }: Verdict): Html | string {
  return rollback === null
    ? ''
    : html`<p class="headline"><strong>System:</strong> ${visible(rollbackText(rollback))}.</p>
`
}

function reasonsList(errors: readonly Finding[]): Html {
  const more = errors.slice(REASONS_SHOWN)
  return html`<section aria-label="Reasons, the worst first"><ol class="reasons">
${errors.slice(0, REASONS_SHOWN).map(reasonItem)}</ol>
${
  more.length === 0
    ? ''
    : html`<details><summary>${formatAmount(more.length, 'more reason')}</summary><ol class="reasons" start="${REASONS_SHOWN + 1}">
${more.map(reasonItem)}</ol></details>
`
}</section>
`
}

function reasonItem(finding: Finding): Html {
  const { severity, message, about, risk, where, since, also } = finding
  const title = about === null ? message : titleOf(about)
  const facts: readonly (readonly [string, string])[] = [
    ['Claim', about === null || about.name === null ? '' : about.expect],
    ['Where', where],
    ['Since', since],
    ['Seen', seenText(finding)],
    ...also.map((text) => ['Also', text] as const),
    ['Next', risk?.recommendation ?? (about === null || finding.visual !== null ? '' : message)],
    ['Owner', risk?.owner ?? ''],
  ]
  return html`<li class="reason"><h2>${visible(title)}</h2>
<p class="muted">${risk === null ? severity : `${risk.priority} priority, ${severity}, exposure ${risk.exposure.toFixed(1)} of 10`}</p>
<dl>${facts.filter(([, text]) => text !== '').map(([name, text]) => html`<dt>${name}</dt><dd>${visible(text)}</dd>`)}${runbookOf(risk?.runbook ?? null)}</dl></li>
`
}

/** The figures of what was measured; of a picture, what was found in it. */
function seenText({ visual, detail, confidence }: Finding): string {
  return visual === null ? confidence : detail
}

/** Only what is a web address leads somewhere. */
function runbookOf(runbook: string | null): Html | string {
  if (runbook === null) return ''
  const text = visible(runbook)
  return /^https?:\/\//.test(text)
    ? html`<dt>Runbook</dt><dd><a href="${text}" rel="noopener noreferrer">${text}</a></dd>`
    : html`<dt>Runbook</dt><dd>${text}</dd>`
}
