import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { valueAt } from '../../analysis/comparison/metric-scale.ts'
import { compareTwoRuns } from '../../analysis/comparison/two-runs.ts'
import { lookUp } from '../../base/names.ts'
import { formatCount, formatDurationMs, formatInUnit } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import { overlaidSpectrum } from '../../charts/spectrum.ts'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { HistoryRun } from '../../model/history.ts'
import { COMPARED_METRICS, type ComparedMetric, type RunSummary } from '../../model/run-summary.ts'
import { comparisonTable } from '../../reporters/tables/comparison-tables.ts'
import { changeText } from '../../text/comparison-text.ts'
import { isDoubtfulGo } from '../../text/headline.ts'
import type { Html } from '../html.ts'
import { chartFigure } from '../report/chart-figure.ts'
import { tableElement } from '../report/table-section.ts'
import {
  type Choice,
  choicesOf,
  factList,
  instant,
  notice,
  outcomeBadge,
  page,
  pathOf,
  runLink,
  selectField,
  table,
} from './parts.ts'
import type { CompareQuestion } from './questions.ts'
import type { HistorySources } from './sources.ts'

/** Runs to choose from. */
const CHOICES_MAX = 50

/** Two runs of one scenario beside each other: figures, what the statistics make of them, and their percentiles. */
export async function comparePage(sources: HistorySources, question: CompareQuestion): Promise<Html> {
  const [a, b] = await Promise.all([runOf(sources, question.a), runOf(sources, question.b)])
  if (a !== null && b !== null && a.scenario !== b.scenario)
    throw new HTTPException(400, {
      message: `Only runs of one scenario compare: ${a.id} is of ${a.scenario}, ${b.id} of ${b.scenario}.`,
    })
  const choices = await choicesOfRuns(sources, a ?? b)
  const form = chooseForm(question, choices, a === null || b === null ? [] : commonSteps(a, b))
  const body = a === null || b === null ? chooseText(choices) : comparedPart(a, b, question.step)
  return page('Compare two runs', '/runs', html`${form} ${body}`)
}

/** Null when none was chosen. @throws HTTPException 404 when there is none of this id */
async function runOf(sources: HistorySources, id: string): Promise<HistoryRun | null> {
  if (id === '') return null
  const run = await sources.rememberedRun(id)
  if (run === null) throw new HTTPException(404, { message: `There is no run ${id}.` })
  return run
}

async function choicesOfRuns(sources: HistorySources, of: HistoryRun | null): Promise<Choice[]> {
  const { runs } = await sources.listRuns({
    ...(of !== null && { scenario: of.scenario }),
    limit: CHOICES_MAX,
    offset: 0,
  })
  return runs.map(({ id, scenario, build }) => ({
    value: id,
    text: [id, ...(of === null ? [scenario] : []), ...(build === null ? [] : [build])].join(', '),
  }))
}

function chooseForm(
  { a, b, step }: CompareQuestion,
  choices: readonly Choice[],
  steps: readonly string[],
): Html {
  const none = { value: '', text: 'choose' }
  return html`<form class="filters" action="/compare" method="get">
    ${selectField('Baseline (A)', 'a', [none, ...choices], a)}
    ${selectField('Candidate (B)', 'b', [none, ...choices], b)}
    ${
      steps.length > 1
        ? selectField('Step', 'step', [{ value: '', text: 'all steps' }, ...choicesOf(steps)], step)
        : ''
    }
    <button>Compare</button>
    ${a !== '' && b !== '' ? html`<a href="${pathOf('/compare', { a: b, b: a, step })}">Swap A and B</a>` : ''}
  </form>`
}

function chooseText(choices: readonly Choice[]): Html {
  return choices.length < 2
    ? notice('info', 'A comparison needs two stored runs of one scenario.')
    : notice('info', `Choose two runs of one scenario; the newest ${choices.length} are offered.`)
}

function comparedPart(a: HistoryRun, b: HistoryRun, step: string): Html {
  const { differences, comparison } = compareTwoRuns(a, b)
  const doubted = [a, b].filter(({ valid }) => !valid)
  return html`
    ${a.id === b.id ? notice('warning', 'A and B are the same run.') : ''}
    ${doubted.map(({ id }) =>
      notice(
        'warning',
        `The instrument was in doubt in ${visible(id)}: its times may be those of the generator.`,
      ),
    )}
    ${
      comparison === null
        ? notice(
            'warning',
            html`Not comparable, so no statistics are made. Changed: ${visible(differences.join(', '))}.
            The figures below are of different things.`,
          )
        : notice(comparison.level === 'ok' ? 'info' : 'warning', visible(comparison.reason))
    }
    <h2>Figures</h2>
    ${factList([
      ['A', whatItIs(a)],
      ['B', whatItIs(b)],
    ])}
    ${figuresTable(a, b)}
    ${
      comparison === null || a.id === b.id
        ? ''
        : html`<h2>Is the difference real?</h2>
          <p>
            The same as <code>proofload compare</code>, with the noise from run to run that any machine has. One run on
            each side says little: what is not far beyond the noise stays a suspicion, which pairs of runs settle
            (<code>proofload ab</code>). Errors are estimates of their share, which is never 0.
          </p>
          ${tableElement({ ...comparisonTable(comparison), title: 'B against A' })}`
    }
    <h2>Response time by percentile</h2>
    ${chartFigure(overlayOf(a, b, step))}
    <h2>Steps</h2>
    ${stepsTable(a, b)}`
}

function figuresTable(a: HistoryRun, b: HistoryRun): Html {
  const [before, now] = [a.summaries.all, b.summaries.all]
  return table({
    caption: 'A and B, warm-up left out',
    heads: ['Figure', 'A', 'B', 'B against A'],
    numbers: [1, 2, 3],
    rows: [
      ['load', formatDurationMs(a.loadMs), formatDurationMs(b.loadMs), ''],
      ['requests', formatCount(before.requests), formatCount(now.requests), ''],
      ...COMPARED_METRICS.map((metric) => [
        metric,
        valueText(before, metric),
        valueText(now, metric),
        differenceText(before, now, metric),
      ]),
    ],
  })
}

function whatItIs({ id, startedAt, build, outcome, verdict }: HistoryRun): Html {
  return html`${runLink(id)} ${outcomeBadge(outcome, isDoubtfulGo(verdict))}<br />${instant(startedAt)}<br />build ${build === null ? 'unknown' : visible(build)}`
}

function valueText(summary: RunSummary, metric: ComparedMetric): string {
  const figure = figureOf(summary, metric)
  return figure === null ? '-' : formatInUnit(figure, valueAt(metric, 0).unit)
}

/** Errors as they were counted; the scale of comparisons holds an estimate of their ratio, which is never 0. */
function figureOf({ requests, errors, metrics }: RunSummary, metric: ComparedMetric): number | null {
  if (metric === 'error_ratio') return requests === 0 ? null : errors / requests
  const measured = metrics[metric]
  return measured === undefined ? null : valueAt(metric, measured.y).value
}

function differenceText(before: RunSummary, now: RunSummary, metric: ComparedMetric): string {
  const [from, to] = [figureOf(before, metric), figureOf(now, metric)]
  if (from === null || to === null) return '-'
  if (metric === 'error_ratio') return changeText({ metric, change: to - from }) ?? '-'
  // On the scale of a change more throughput is the opposite of more time.
  const change = metric === 'throughput' ? from / to - 1 : to / from - 1
  return changeText({ metric, change }) ?? '-'
}

function commonSteps(a: HistoryRun, b: HistoryRun): string[] {
  return Object.keys(a.merged).filter((step) => Object.hasOwn(b.merged, step))
}

function overlayOf(a: HistoryRun, b: HistoryRun, step: string) {
  const histogramOf = ({ merged }: HistoryRun) =>
    SparseHistogram.decodeAll(step === '' ? Object.values(merged) : [lookUp(merged, step) ?? null])
  const parts = [
    { label: `A ${visible(a.id)}`, histogram: histogramOf(a) },
    { label: `B ${visible(b.id)}`, histogram: histogramOf(b) },
  ]
  return overlaidSpectrum(parts, `Percentiles${step === '' ? '' : ` of step ${visible(step)}`}`)
}

function stepsTable(a: HistoryRun, b: HistoryRun): Html {
  const steps = [...new Set([a, b].flatMap(({ summaries }) => Object.keys(summaries.steps)))].sort()
  return table({
    caption: 'p99 of response time by step',
    numbers: [1, 2, 3, 4, 5],
    heads: ['Step', 'Requests A', 'Requests B', 'p99 A', 'p99 B', 'Difference'],
    rows: steps.map((step) => {
      const [before, now] = [lookUp(a.summaries.steps, step), lookUp(b.summaries.steps, step)]
      return [
        visible(step),
        before === undefined ? '-' : formatCount(before.requests),
        now === undefined ? '-' : formatCount(now.requests),
        before === undefined ? '-' : valueText(before, 'p99'),
        now === undefined ? '-' : valueText(now, 'p99'),
        before === undefined || now === undefined ? '-' : differenceText(before, now, 'p99'),
      ]
    }),
  })
}
