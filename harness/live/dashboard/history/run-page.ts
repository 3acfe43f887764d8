import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { Histogram } from '../../../base/histogram.ts'
import { formatDurationMs } from '../../../base/units.ts'
import { visible } from '../../../base/visible.ts'
import type { HistoryRun } from '../../../model/history.ts'
import type { VerdictReason } from '../../../model/verdict.ts'
import { headline, risksTable, tablesOf } from '../../../reporters/rows.ts'
import type { Html } from '../layout.ts'
import { attempt } from './attempt.ts'
import { intervalCharts, spectrumChart } from './charts.ts'
import {
  chartPart,
  figureList,
  instant,
  notice,
  outcomeBadge,
  page,
  pathOf,
  reportTable,
  runLink,
} from './parts.ts'
import type { HistorySources, RunPlace, RunReport } from './sources.ts'

/** Lines of the picture of percentiles: one of the whole run, the others of the busiest steps. */
const SPECTRUM_LINES_MAX = 8

/** One run: its report while the record is there, what the history keeps of it afterwards. */
export async function runPage(sources: HistorySources, id: string): Promise<Html> {
  const report = await attempt(sources.runReport(id))
  const remembered =
    report.found === null ? await attempt(sources.rememberedRun(id)) : { found: null, problem: '' }
  const run = report.found === null ? remembered.found : identityOf(report.found)
  const problems = [report.problem, remembered.problem].filter((problem) => problem !== '')
  if (run === null && problems.length === 0)
    throw new HTTPException(404, {
      message: `There is no run ${id}, neither in the reports folder nor in the history.`,
    })
  const [place, files] = await Promise.all([run && sources.placeOf(run), sources.runFiles(id)])
  return page(
    `Run ${visible(id)}`,
    '/runs',
    html`${[...new Set(problems)].map((problem) => notice('error', visible(problem)))}
      ${run !== null && place !== null ? runHead(run, place) : ''} ${filesSection(id, files)}
      ${report.found === null ? '' : reportPart(report.found)}
      ${remembered.found === null ? '' : rememberedPart(remembered.found)}`,
  )
}

/** What the head of the page shows of either form of a run. */
type RunIdentity = Pick<HistoryRun, 'id' | 'scenario' | 'startedAt' | 'loadMs' | 'outcome'>

function identityOf({ record, verdict }: RunReport): RunIdentity {
  const { runId, scenario, startedAt, loadMs } = record
  return { id: runId, scenario, startedAt, loadMs, outcome: verdict.outcome }
}

function runHead({ id, scenario, startedAt, loadMs, outcome }: RunIdentity, place: RunPlace): Html {
  const { build, previous, next } = place
  return html`${figureList([
    ['Outcome', outcomeBadge(outcome)],
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
  return html`<details class="files"><summary>Files of the run</summary>
    <ul>${files.map((name) => html`<li><a href="${path(name)}">${visible(name)}</a></li>`)}</ul>
  </details>`
}

function reportPart({ verdict }: RunReport): Html {
  return html`<p>${visible(headline(verdict))}</p>`
}

function rememberedPart(run: HistoryRun): Html {
  const { verdict } = run
  const tables = [...(verdict.risks.length > 0 ? [risksTable(verdict)] : []), ...tablesOf(verdict)]
  return html`${notice('info', 'The record of this run is gone; this is what the history keeps of it.')}
    <h2>Verdict</h2>
    <p>${visible(headline(verdict))}</p>
    ${reasonList('Why', verdict.reasons)} ${reasonList('To be known', verdict.cautions)}
    <h2>Response time</h2>
    ${chartPart(spectrumOf(run))} ${intervalCharts(run).map(chartPart)}
    <h2>Figures</h2>
    ${tables.map(reportTable)}`
}

function reasonList(title: string, reasons: readonly VerdictReason[]): Html {
  if (reasons.length === 0) return html``
  return html`<h3>${title}</h3>
    <ul>${reasons.map(({ message }) => html`<li>${visible(message)}</li>`)}</ul>`
}

function spectrumOf({ merged }: HistoryRun) {
  const steps = Object.entries(merged)
    .map(([label, hdr]) => ({ label, histogram: Histogram.decode(hdr) }))
    .sort((a, b) => b.histogram.count - a.histogram.count)
  const all = new Histogram()
  for (const { histogram } of steps) all.add(histogram)
  const parts = steps.length === 1 ? steps : [{ label: 'all steps', histogram: all }, ...steps]
  return spectrumChart('spectrum', 'Response time by percentile', parts.slice(0, SPECTRUM_LINES_MAX))
}
