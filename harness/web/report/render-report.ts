/** A run as one file that opens from disk: nothing in it is fetched, and nothing runs that is not the report's own. */

import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { visible } from '../../base/visible.ts'
import type { RunCharts } from '../../model/chart.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { findingsOf } from '../../reporters/findings.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import type { PageAssets } from '../page-assets.ts'
import { detailSections } from './details.ts'
import { firstScreen } from './first-screen.ts'
import { NO_PICTURES, type ReportPictures } from './visual-figures.ts'

/** Everything that the report of a run is made from. */
export interface HtmlReportInput {
  readonly record: RunRecord
  readonly verdict: Verdict
  readonly charts: RunCharts
  readonly assets: PageAssets
  readonly pictures?: ReportPictures
}

/** The whole document. */
export async function renderHtmlReport({
  record,
  verdict,
  charts,
  assets,
  pictures = NO_PICTURES,
}: HtmlReportInput): Promise<string> {
  const script = assets.report.replaceAll(/<\/(script)/gi, '<\\/$1').trim()
  const style = assets.style.trim()
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const ordered = isPictured(verdict, pictures)
    ? { first: [], others: [...charts.first, ...charts.others] }
    : charts
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Proofload">
<title>${outcomeText(verdict.outcome)}: ${visible(verdict.scenario)} - Proofload</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body class="report">
<a class="skip" href="#main">Skip to content</a>
<nav class="places" aria-label="Parts of the report"><strong>Proofload</strong> <a href="#tables">Tables</a> <a href="#charts">Charts</a> <a href="#plan">Plan</a></nav>
<main id="main">
<noscript><p class="muted">Without JavaScript the charts are told in words; everything else is complete.</p></noscript>
${firstScreen(record, verdict, ordered, pictures)}${detailSections(record, verdict, ordered)}</main>
<script>${raw(script)}</script>
</body>
</html>
`
  return page.toString()
}

/** True where the worst reason is shown by its picture, and not by charts of what went well. */
function isPictured(verdict: Verdict, { shown }: ReportPictures): boolean {
  const [worst] = findingsOf(verdict)
  return shown.some(({ visual }) => visual === worst?.visual)
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
