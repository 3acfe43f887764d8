/** The first screen of a reviewer: the verdict, what failed, where, since when and how sure we are, and the charts that show it. */

import { html } from 'hono/html'
import { formatAmount } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { Chart, RunCharts } from '../../model/chart.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { type Finding, findingsOf } from '../../reporters/findings.ts'
import { headline } from '../../reporters/tables/measured-tables.ts'
import { titleOf } from '../../text/demand-text.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { wordTone } from '../../text/word-tone.ts'
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
  const topics = topicsOf(errors)
  return html`<header class="verdict">
<p class="badge ${wordTone(verdict.outcome)}">${outcomeText(verdict.outcome)}</p>
<div><h1>${visible(verdict.scenario)}</h1>
<p class="muted">${headline(verdict)}. Run <code>${visible(verdict.runId)}</code>, ${visible(record.startedAt)}${statusText(record)}.</p></div>
</header>
${topics.length === 0 ? goText(verdict, findings) : reasonsList(topics)}
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

function goText({ objectives }: Verdict, findings: readonly Finding[]): Html {
  const met = objectives.filter(({ outcome }) => outcome === 'met').length
  const cautions = findings.length
  return html`<p class="summary-line">${met} of ${formatAmount(objectives.length, 'objective')} met${
    cautions === 0 ? '.' : html`; <a href="#cautions">${formatAmount(cautions, 'thing')} to know</a>.`
  }</p>
`
}

/** All findings about one objective: that it was missed, and that load was ended for it. */
type Topic = readonly [first: Finding, ...more: Finding[]]

function topicsOf(findings: readonly Finding[]): Topic[] {
  const isAbout = (finding: Finding, { about }: Finding) => about !== null && finding.about?.id === about.id
  const firsts = findings.filter(
    (finding, i) => findings.findIndex((other) => isAbout(other, finding)) >= i || finding.about === null,
  )
  return firsts.map((first) => [
    first,
    ...findings.filter((other) => other !== first && isAbout(other, first)),
  ])
}

function reasonsList(topics: readonly Topic[]): Html {
  const more = topics.slice(REASONS_SHOWN)
  return html`<section aria-label="Reasons, the worst first"><ol class="reasons">
${topics.slice(0, REASONS_SHOWN).map(reasonItem)}</ol>
${
  more.length === 0
    ? ''
    : html`<details><summary>${formatAmount(more.length, 'more reason')}</summary><ol class="reasons" start="${REASONS_SHOWN + 1}">
${more.map(reasonItem)}</ol></details>
`
}</section>
`
}

function reasonItem([finding, ...also]: Topic): Html {
  const { severity, message, about, risk, where, since } = finding
  const title = about === null ? message : titleOf(about)
  const facts: readonly (readonly [string, string])[] = [
    ['Claim', about === null || about.name === null ? '' : about.expect],
    ['Where', where],
    ['Since', since],
    ['Seen', seenText(finding)],
    ...also.map((other) => ['Also', other.message] as const),
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
