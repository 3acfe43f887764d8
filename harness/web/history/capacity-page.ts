import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import {
  type Capacity,
  capacityOf,
  LEVEL_SECONDS_MIN,
  LOADS_MIN,
} from '../../analysis/capacity/load-levels.ts'
import { formatAmount, formatDurationMs, formatRatio } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import { capacityCharts } from '../../charts/capacity-charts.ts'
import type { Html } from '../html.ts'
import { chartFigure } from '../report/chart-figure.ts'
import { choicesOf, factList, notice, page, runLink, selectField, table } from './parts.ts'
import type { CapacityQuestion } from './questions.ts'
import { searchesPart } from './searches-part.ts'
import type { HistorySources, LoadedRun, LoadedRuns } from './sources.ts'

/** Shows searches for a capacity, and what stored runs tell of that of a system, and what they do not. */
export async function capacityPage(sources: HistorySources, question: CapacityQuestion): Promise<Html> {
  const scenarios = await sources.scenarios()
  const scenario = question.scenario === '' ? (scenarios[0] ?? '') : question.scenario
  if (scenario !== '' && !scenarios.includes(scenario))
    throw new HTTPException(404, { message: `The history has no run of ${scenario}.` })
  const fromRuns =
    scenario === ''
      ? notice('info', 'No run is stored yet. Run a scenario, then its capacity is shown here.')
      : await runsPart(sources, scenarios, scenario)
  return page(
    'Capacity',
    '/capacity',
    html`${await searchesPart(sources)} <h2>From stored runs</h2> ${fromRuns}`,
  )
}

/** The load over time of stored runs, by the law of scalability. */
async function runsPart(
  sources: HistorySources,
  scenarios: readonly string[],
  scenario: string,
): Promise<Html> {
  const loaded = await sources.loadedRuns(scenario)
  return html`<form class="filters" action="/capacity" method="get">
      ${selectField('Scenario', 'scenario', choicesOf(scenarios), scenario)}
      <button>Show</button>
    </form>
    ${
      loaded.runs.length === 0
        ? notice(
            'info',
            'No run of it has both its figures in the history and its record in the reports folder.',
          )
        : capacityPart(capacityOf(loaded.runs.flatMap(({ intervals }) => intervals)))
    }
    ${sourcesSection(loaded)} ${limitsSection(loaded.runs)}`
}

function capacityPart(capacity: Capacity): Html {
  const { levels } = capacity
  return html`<h3>Findings</h3>
    ${peakText(capacity)} ${fitPart(capacity)} ${levels.length < 2 ? '' : html`<div class="charts">${capacityCharts(capacity).map(chartFigure)}</div>`}
    ${levels.length === 0 ? '' : levelsTable(capacity)}`
}

function peakText({ levels, peak }: Capacity): Html {
  const largest = levels.at(-1)
  switch (peak.kind) {
    case 'too-few-loads':
      return notice(
        'info',
        `Not enough data to find the limit of throughput: ${formatAmount(levels.length, 'load')} held for ${LEVEL_SECONDS_MIN} s or more, ${LOADS_MIN} different ones are needed. Run a staircase, or the scenario with other --agents.`,
      )
    case 'no-peak-seen':
      return notice(
        'info',
        `No peak is seen up to ${agentsText(largest?.agents ?? 0)}: throughput grows linearly, no saturation seen.`,
      )
    case 'out-of-sight':
      return notice(
        'info',
        `The peak lies more than twice beyond ${agentsText(largest?.agents ?? 0)}, the largest load, so it is too uncertain to state.`,
      )
    case 'peak':
      return notice(
        peak.isReached ? 'info' : 'warning',
        `Throughput peaks at about ${agentsText(peak.agents)} with ${peak.ratePerSec.toFixed(1)} requests a second.${
          peak.isReached ? '' : ' That is a rough estimate: no load of 1.5 times as many agents was measured.'
        }`,
      )
  }
}

function agentsText(agents: number): string {
  return formatAmount(Math.round(agents), 'agent')
}

function fitPart({ fit }: Capacity): Html {
  if (fit === null) return html``
  const withError = (value: number, error: number) =>
    `${value.toPrecision(3)} ± ${Number.isFinite(error) ? error.toPrecision(2) : 'unknown'}`
  return html`<p>Universal Scalability Law, with standard errors:</p>
    ${factList([
      ['Rate of one agent (lambda), a second', withError(fit.lambda, fit.se[0])],
      ['Contention (alpha)', withError(fit.alpha, fit.se[1])],
      ['Coherency (beta)', withError(fit.beta, fit.se[2])],
      ['Residual standard deviation', formatRatio(fit.residualSd)],
    ])}`
}

function levelsTable({ levels }: Capacity): Html {
  return table({
    caption: 'Results at each load',
    numbers: [1, 2, 3, 4],
    heads: ['Active agents', 'Held for', 'Ended well', 'Errors', 'p99'],
    rows: levels.map(({ agents, seconds, okPerSec, errorRatio, p99Ms }) => [
      agents.toFixed(1).replace(/\.0$/, ''),
      formatDurationMs(seconds * 1000),
      `${okPerSec.toFixed(1)}/s`,
      errorRatio === 0 ? '0' : formatRatio(errorRatio),
      p99Ms === null ? '-' : formatDurationMs(p99Ms),
    ]),
  })
}

function sourcesSection({ runs, leftOut }: LoadedRuns): Html {
  const whys = [...new Set(leftOut.map(({ why }) => why))]
  if (runs.length + whys.length === 0) return html``
  return html`<h3>Runs used</h3>
    <ul>
      ${runs.map(
        ({ id, build, model }) =>
          html`<li>${runLink(id)}, build ${build === null ? 'unknown' : visible(build)}, ${model} model</li>`,
      )}
      ${whys.map((why) => html`<li>left out: ${leftOutText(leftOut, why)}</li>`)}
    </ul>`
}

function leftOutText(leftOut: LoadedRuns['leftOut'], why: string): string {
  const count = leftOut.filter((run) => run.why === why).length
  return `${formatAmount(count, 'run')}, ${visible(why)}`
}

function limitsSection(runs: readonly LoadedRun[]): Html {
  const builds = new Set(runs.map(({ build }) => build)).size
  return html`<h3>Limitations</h3>
    <ul>
      <li>The load is the number of agents that were active at the end of each second; while it changes it lags behind.</li>
      <li>Throughput is what the agents asked for as much as what the target gave: thinking agents ask for little.</li>
      <li>Nothing is known beyond twice the largest load, and no objective is part of this: a peak may be far too slow.</li>
      ${builds > 1 ? html`<li>The runs are of ${builds} builds, taken as one.</li>` : ''}
      ${
        runs.some(({ model }) => model === 'open')
          ? html`<li>In an open model agents follow the arrivals: more of them are active because answers are slow.</li>`
          : ''
      }
    </ul>`
}
