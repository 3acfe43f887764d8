import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { formatDurationMs } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import { historyCharts } from '../../charts/history-series.ts'
import { runCharts } from '../../charts/run-charts.ts'
import { overlaidSpectrum } from '../../charts/spectrum.ts'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { HistoryRun } from '../../model/history.ts'
import { type Finding, findingsOf } from '../../reporters/findings.ts'
import { tablesOf } from '../../reporters/tables/index.ts'
import { figuresLine } from '../../reporters/tables/measured-tables.ts'
import { risksTable } from '../../reporters/tables/objective-tables.ts'
import { headlineText, isDoubtfulGo } from '../../text/headline.ts'
import type { Html } from '../html.ts'
import { chartFigure } from '../report/chart-figure.ts'
import { detailSections } from '../report/details.ts'
import { firstScreen } from '../report/first-screen.ts'
import { tableSection } from '../report/table-section.ts'
import { attempt } from './attempt.ts'
import { bodyPage, factList, instant, notice, outcomeBadge, page, pathOf, runLink } from './parts.ts'
import type { HistorySources, RunPlace, RunReport } from './sources.ts'

/** Lines of the picture of percentiles: one of the whole run, the others of the busiest steps. */
const SPECTRUM_LINES_MAX = 8

/** One run: its report while the record is there, what the history keeps of it afterwards. */
export async function runPage(sources: HistorySources, id: string): Promise<Html> {
  const [report, files] = await Promise.all([attempt(sources.runReport(id)), sources.runFiles(id)])
  if (report.found !== null) return reportPage(sources, report.found, files)
  const remembered = await attempt(sources.rememberedRun(id))
  const problems = [...new Set([report.problem, remembered.problem])].filter((problem) => problem !== '')
  const run = remembered.found
  if (run === null && problems.length === 0)
    throw new HTTPException(404, {
      message: `There is no run ${id}, neither in the reports folder nor in the history.`,
    })
  return page(
    `Run ${visible(id)}`,
    '/runs',
    html`${problems.map((problem) => notice('error', visible(problem)))}
      ${run === null ? '' : runHead(run, await sources.placeOf(run))} ${filesSection(id, files)}
      ${run === null ? '' : rememberedPart(run)}`,
  )
}

/** Shows the stored report, among the other runs. */
async function reportPage(
  sources: HistorySources,
  report: RunReport,
  files: readonly string[],
): Promise<Html> {
  const { record, verdict } = report
  const { runId, scenario, startedAt, loadMs } = record
  const run = { id: runId, scenario, startedAt, loadMs, verdict }
  const charts = runCharts(report)
  return bodyPage(
    `Run ${visible(runId)}`,
    '/runs',
    html`${firstScreen(record, verdict, charts)}
      <h2>Among the other runs</h2>
      ${runHead(run, await sources.placeOf(run))} ${filesSection(runId, files)}
      ${detailSections(record, verdict, charts)}`,
  )
}

function runHead(
  {
    id,
    scenario,
    startedAt,
    loadMs,
    verdict,
  }: Pick<HistoryRun, 'id' | 'scenario' | 'startedAt' | 'loadMs' | 'verdict'>,
  { build, previous, next }: RunPlace,
): Html {
  return html`${factList([
    ['Outcome', outcomeBadge(verdict.outcome, isDoubtfulGo(verdict))],
    ['Scenario', html`<a href="${pathOf('/runs', { scenario })}">${visible(scenario)}</a>`],
    ['Started', instant(startedAt)],
    ['Load', formatDurationMs(loadMs)],
    ['Build', build === null ? 'unknown' : visible(build)],
  ])}
    <nav class="actions" aria-label="Runs of this scenario">
      ${previous === null ? '' : html`<span>Before: ${runLink(previous)}</span>`}
      ${next === null ? '' : html`<span>After: ${runLink(next)}</span>`}
      ${
        previous === null
          ? ''
          : html`<a href="${pathOf('/compare', { a: previous, b: id })}">Compare with the run before</a>`
      }
      <a href="${pathOf('/trend', { scenario })}">Trend of the scenario</a>
    </nav>`
}

function filesSection(id: string, files: readonly string[]): Html {
  if (files.length === 0) return html``
  const path = (name: string) => `/runs/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`
  return html`<details class="files"><summary>Files of the run, to be kept</summary>
    <ul>${files.map((name) => html`<li><a href="${path(name)}">${visible(name)}</a></li>`)}</ul>
  </details>`
}

function rememberedPart(run: HistoryRun): Html {
  const { verdict } = run
  const findings = findingsOf(verdict)
  const tables = [...(verdict.risks.length > 0 ? [risksTable(verdict.risks)] : []), ...tablesOf(verdict)]
  return html`${notice('info', 'The record of this run is gone; this is what the history keeps of it.')}
    <h2>Verdict</h2>
    <p>${visible(headlineText(verdict))}</p>
    <p class="muted">${visible(figuresLine(verdict))}</p>
    ${findingList('Why', findings, 'error')} ${findingList('Warnings', findings, 'caution')}
    <h2>Response time</h2>
    <div class="charts">${chartFigure(spectrumOf(run))} ${historyCharts(run).map(chartFigure)}</div>
    ${tables.map(tableSection)}`
}

function findingList(title: string, findings: readonly Finding[], kind: Finding['kind']): Html {
  const shown = findings.filter((finding) => finding.kind === kind)
  if (shown.length === 0) return html``
  return html`<h3>${title}</h3>
    <ul>${shown.map(({ message }) => html`<li>${visible(message)}</li>`)}</ul>`
}

function spectrumOf({ merged }: HistoryRun) {
  const steps = Object.entries(merged)
    .map(([step, hdr]) => ({ label: visible(step), histogram: SparseHistogram.decode(hdr) }))
    .sort((a, b) => b.histogram.count - a.histogram.count)
  const all = SparseHistogram.sum(steps.map(({ histogram }) => histogram.counts))
  const parts = steps.length === 1 ? steps : [{ label: 'all steps', histogram: all }, ...steps]
  return overlaidSpectrum(parts.slice(0, SPECTRUM_LINES_MAX), 'Percentiles')
}
