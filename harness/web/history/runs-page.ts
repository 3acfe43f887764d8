import { html } from 'hono/html'
import { toMs } from '../../analysis/comparison/metric-scale.ts'
import { formatAmount, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { RunSummary } from '../../model/run-summary.ts'
import { OUTCOMES } from '../../model/verdict.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import type { Html } from '../html.ts'
import {
  type Content,
  choicesOf,
  entryLink,
  instant,
  notice,
  outcomeBadge,
  page,
  pathOf,
  runLink,
  selectField,
  table,
} from './parts.ts'
import type { RunsQuestion } from './questions.ts'
import type { HistorySources, ListedRun, RunsList, UnindexedRun } from './sources.ts'

const PAGE_LENGTH = 25

/** All remembered runs, the newest first, and the way to compare two of them. */
export async function runsPage(sources: HistorySources, question: RunsQuestion): Promise<Html> {
  const { page: number, scenario, outcome, build } = question
  const [scenarios, list, unindexed] = await Promise.all([
    sources.scenarios(),
    sources.listRuns({
      ...(scenario !== '' && { scenario }),
      ...(outcome !== '' && { outcome }),
      ...(build !== '' && { build }),
      limit: PAGE_LENGTH,
      offset: (number - 1) * PAGE_LENGTH,
    }),
    sources.unindexedRuns(),
  ])
  return page(
    'Runs',
    '/runs',
    html`${filterForm(question, scenarios)} ${runsTable(list, question)} ${unindexedSection(unindexed)}`,
  )
}

function filterForm({ scenario, outcome, build }: RunsQuestion, scenarios: readonly string[]): Html {
  const outcomes = OUTCOMES.map((value) => ({ value, text: outcomeText(value) }))
  return html`<form class="filters" action="/runs" method="get">
    ${selectField('Scenario', 'scenario', [{ value: '', text: 'all' }, ...choicesOf(scenarios)], scenario)}
    ${selectField('Outcome', 'outcome', [{ value: '', text: 'all' }, ...outcomes], outcome)}
    <label>Build, exactly <input name="build" value="${build}" maxlength="200" /></label>
    <button>Show</button>
  </form>`
}

function runsTable({ runs, total }: RunsList, question: RunsQuestion): Html {
  if (total === 0) return emptyText(question)
  if (runs.length === 0)
    return html`${notice('info', `There is no page ${question.page}: only ${formatAmount(total, 'run')}.`)}
      ${pager(total, question)}`
  const [before, newest] = newestPair(runs.filter(isRun))
  const from = (question.page - 1) * PAGE_LENGTH
  return html`<form action="/compare" method="get">
      ${table({
        caption: `Runs ${from + 1} to ${from + runs.length} of ${formatCount(total)}, the newest first`,
        heads: ['Run', 'A', 'B', 'Scenario', 'Outcome', 'Started', 'Load', 'p99', 'Errors', 'Build'],
        numbers: [6, 7, 8],
        rows: runs.map((run) => rowOf(run, run.id === before?.id, run.id === newest?.id)),
      })}
      <p class="actions"><button>Compare A with B</button></p>
    </form>
    ${pager(total, question)}`
}

/** The newest run that another one of its scenario came before on this page, and that one: chosen to begin with. */
function newestPair(runs: readonly ListedRun[]): readonly [before?: ListedRun, newest?: ListedRun] {
  for (const [i, newest] of runs.entries()) {
    const before = runs.slice(i + 1).find(({ scenario }) => scenario === newest.scenario)
    if (before !== undefined) return [before, newest]
  }
  return []
}

function emptyText({ scenario, outcome, build }: RunsQuestion): Html {
  return scenario + outcome + build === ''
    ? notice('info', html`No run is stored yet. Each <code>proofload run</code> adds one.`)
    : notice('info', html`No run is like that. <a href="/runs">Show all</a>`)
}

function rowOf(run: ListedRun, isBefore: boolean, isNewest: boolean): Content[] {
  const { id, scenario, outcome, valid, doubtful, startedAt, loadMs, build } = run
  return [
    entryLink(run),
    ...(isRun(run) ? [chooser('a', id, isBefore), chooser('b', id, isNewest)] : ['', '']),
    visible(scenario),
    html`${outcomeBadge(outcome, doubtful)}${valid || !isRun(run) ? '' : html` <span class="muted">measurement unreliable</span>`}`,
    instant(startedAt),
    formatDurationMs(loadMs),
    ...figuresOf(run),
    build === null ? '-' : visible(build),
  ]
}

/** A search for a capacity has figures of its own, and nothing to compare request by request. */
function isRun({ kind }: ListedRun): boolean {
  return kind !== 'capacity'
}

function figuresOf(run: ListedRun): Content[] {
  if (!isRun(run)) return [html`<span class="muted">search for the capacity</span>`, '']
  const { figures } = run
  return figures === null
    ? [html`<span class="muted">stored figures are broken</span>`, '']
    : [p99Text(figures), errorsText(figures)]
}

function chooser(side: 'a' | 'b', id: string, isChosen: boolean): Html {
  const label = `${side.toUpperCase()}: ${visible(id)}`
  return html`<input type="radio" name="${side}" value="${id}" aria-label="${label}" required
    ${isChosen ? html`checked` : ''} />`
}

/** The 99th percentile of response time. */
function p99Text({ metrics: { p99 } }: RunSummary): string {
  return p99 === undefined ? '-' : formatDurationMs(toMs(p99))
}

function errorsText({ errors, requests }: RunSummary): string {
  if (requests === 0) return '-'
  return errors === 0 ? '0' : `${formatCount(errors)} (${formatRatio(errors / requests)})`
}

function pager(total: number, { page: number, ...filter }: RunsQuestion): Html {
  const last = Math.max(1, Math.ceil(total / PAGE_LENGTH))
  if (last === 1 && number === 1) return html``
  const link = (to: number, text: string) =>
    html`<a href="${pathOf('/runs', { ...filter, page: to })}">${text}</a>`
  return html`<nav class="pager" aria-label="Pages of runs">
    ${number > 1 ? link(Math.min(number - 1, last), 'Newer') : ''}
    <span>Page ${number} of ${last}</span>
    ${number < last ? link(number + 1, 'Older') : ''}
  </nav>`
}

function unindexedSection(unindexed: readonly UnindexedRun[]): Html {
  if (unindexed.length === 0) return html``
  return html`<section>
    <h2>Runs on disk that are not in the history</h2>
    <p>These runs were made elsewhere, or before the history existed.</p>
    <ul>${unindexed.map(({ id, scenario }) => html`<li>${runLink(id)} of ${visible(scenario)}</li>`)}</ul>
  </section>`
}
