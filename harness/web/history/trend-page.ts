import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { valueAt } from '../../analysis/comparison/metric-scale.ts'
import { CHANGE_WINDOW, type Trend, type TrendTest, trendOf } from '../../analysis/trend.ts'
import { formatAmount, formatInUnit } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import { trendChart } from '../../charts/trend-chart.ts'
import { isSearchMetric, TREND_METRICS, type TrendMetric, type TrendPoint } from '../../model/history.ts'
import { changeText } from '../../text/comparison-text.ts'
import type { Html } from '../html.ts'
import { chartFigure } from '../report/chart-figure.ts'
import { choicesOf, entryLink, instant, notice, page, pathOf, selectField, table } from './parts.ts'
import type { TrendQuestion } from './questions.ts'
import type { HistorySources } from './sources.ts'

const LENGTHS = [50, 100, 200, 500]

/** A metric over the remembered runs of a scenario: tonight, since the beginning, and when it changed. */
export async function trendPage(sources: HistorySources, question: TrendQuestion): Promise<Html> {
  const scenarios = await sources.scenarios()
  const scenario = question.scenario === '' ? (scenarios[0] ?? '') : question.scenario
  if (scenario === '')
    return page(
      'Trend',
      '/trend',
      notice('info', 'No run is stored yet. Run a scenario at least twice, then its trend is shown here.'),
    )
  if (!scenarios.includes(scenario))
    throw new HTTPException(404, { message: `The history has no run of ${scenario}.` })
  const { metric, step, last } = question
  const [steps, points] = await Promise.all([
    sources.stepsOf(scenario),
    sources.trend({ scenario, metric, step: isSearchMetric(metric) ? '' : step, limit: last }),
  ])
  const form = questionForm({ scenario, metric, step, last }, scenarios, steps)
  return page(
    'Trend',
    '/trend',
    html`${form} ${points.length === 0 ? emptyText(scenario, step, metric) : trendPart(trendOf(metric, points))}`,
  )
}

function questionForm(
  { scenario, metric, step, last }: TrendQuestion,
  scenarios: readonly string[],
  steps: readonly string[],
): Html {
  return html`<form class="filters" action="/trend" method="get">
    ${selectField('Scenario', 'scenario', choicesOf(scenarios), scenario)}
    ${selectField('Metric', 'metric', choicesOf(TREND_METRICS), metric)}
    ${selectField('Step', 'step', [{ value: '', text: 'the whole run' }, ...choicesOf(steps)], step)}
    ${selectField('Newest runs', 'last', choicesOf(LENGTHS.map(String)), String(last))}
    <button>Show</button>
  </form>`
}

function emptyText(scenario: string, step: string, metric: TrendMetric): Html {
  const where = step === '' ? visible(scenario) : `${visible(scenario)} with a step ${visible(step)}`
  return notice('info', `The history has no valid run of ${where} that measured ${metric}.`)
}

function trendPart(trend: Trend): Html {
  const { metric, points, rolling, anchor, changes } = trend
  return html`<h2>Findings</h2>
    <ul>
      <li>${testText('the runs just before it', metric, rolling)}</li>
      <li>${testText('the first ten sessions', metric, anchor)}</li>
      ${changes.map((change) => html`<li>${changeSentence(metric, change)}</li>`)}
      ${changes.length === 0 ? html`<li>No change of level for certain.</li>` : ''}
    </ul>
    ${chartFigure(trendChart(trend))}
    <p class="muted">Changes are searched in the newest ${CHANGE_WINDOW} runs. They date a change and are no verdict.</p>
    <h2>Runs</h2>
    ${pointsTable(trend, points)}`
}

const STATES: Readonly<Record<TrendTest['state'], string>> = {
  OK: 'no worse',
  SUSPECT: 'perhaps worse (SUSPECT)',
  REGRESSED: 'worse, three nights in a row (REGRESSED)',
}

function testText(what: string, metric: TrendMetric, test: TrendTest | null): string {
  if (test === null) return `The newest run against ${what}: there are not enough runs yet.`
  const { sessions, state, change, p } = test
  return `The newest run against ${what} (${formatAmount(sessions, 'session')}): ${STATES[state]}, ${changeText({ metric, change })}, p ${p.toFixed(3)}.`
}

function changeSentence(metric: TrendMetric, { run, before, change }: Trend['changes'][number]): Html {
  return html`Changed by ${changeText({ metric, change })} between ${entryAndBuild(metric, before)} and ${entryAndBuild(metric, run)}${
    isSearchMetric(metric)
      ? '.'
      : html`: <a href="${pathOf('/compare', { a: before.id, b: run.id })}">compare the two</a>.`
  }`
}

function entryAndBuild(metric: TrendMetric, { id, build }: TrendPoint): Html {
  return html`${linkOf(metric, id)} (${build === null ? 'build unknown' : visible(build)})`
}

function linkOf(metric: TrendMetric, id: string): Html {
  return entryLink({ kind: isSearchMetric(metric) ? 'capacity' : 'run', id })
}

function pointsTable({ metric, changes }: Trend, points: readonly TrendPoint[]): Html {
  const changedAt = new Map(changes.map(({ run, change }) => [run.id, change]))
  return table({
    caption: `${metric} of ${isSearchMetric(metric) ? formatAmount(points.length, 'confirmed answer') : formatAmount(points.length, 'valid run')}, the newest first`,
    numbers: [3, 4],
    heads: ['Run', 'Started', 'Build', metric, 'Change of level'],
    rows: points.toReversed().map(({ id, startedAt, build, y }) => {
      const { value, unit } = valueAt(metric, y)
      const change = changedAt.get(id)
      return [
        linkOf(metric, id),
        instant(startedAt),
        build === null ? '-' : visible(build),
        formatInUnit(value, unit),
        change === undefined ? '' : (changeText({ metric, change }) ?? ''),
      ]
    }),
  })
}
