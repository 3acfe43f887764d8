/** The stored searches for a capacity, and the form that starts one. */
import { html } from 'hono/html'
import { visible } from '../../base/visible.ts'
import { CONTROLS } from '../../model/capacity.ts'
import type { HistorySearch } from '../../model/history.ts'
import { intervalText, xText } from '../../text/capacity-text.ts'
import type { Html } from '../html.ts'
import { choicesOf, instant, notice, outcomeBadge, searchLink, selectField, table } from './parts.ts'
import type { HistorySources } from './sources.ts'

const SEARCHES_MAX = 25

export async function searchesPart(sources: HistorySources): Promise<Html> {
  const [searches, startable] = await Promise.all([sources.listSearches(SEARCHES_MAX), sources.startable()])
  return html`<h2>Searches</h2>
    ${searches.length === 0 ? notice('info', 'No search is stored yet.') : searchesTable(searches)}
    ${startable.length === 0 ? '' : startForm(startable)}`
}

function searchesTable(searches: readonly HistorySearch[]): Html {
  return table({
    caption: 'Searches for a capacity, the newest first',
    heads: ['Search', 'Scenario', 'Outcome', 'Started', 'Safe', 'Capacity', 'Build'],
    numbers: [4, 5],
    rows: searches.map((search) => {
      const { id, scenario, outcome, startedAt, build, answer } = search
      const told = { by: search.by, probes: [search] }
      const { safe, capacity } = answer
      return [
        searchLink(id),
        visible(scenario),
        outcomeBadge(outcome),
        instant(startedAt),
        safe === null ? '-' : xText(safe, told),
        capacity === null ? '-' : `${xText(capacity.median, told)} (${intervalText(capacity)})`,
        build === null ? '-' : visible(build),
      ]
    }),
  })
}

/** `web/browser/search-form.ts` sends it. */
function startForm(scenarios: readonly string[]): Html {
  return html`<h3>Start a search</h3>
    <p>It overloads the service on purpose, and only services on this machine: others take
      <code>proofload capacity --allow-overload</code>.</p>
    <form class="filters" id="search-form">
      ${selectField('Scenario file', 'scenario', choicesOf(scenarios), scenarios[0] ?? '')}
      ${selectField('What is searched', 'by', choicesOf(CONTROLS), 'rate')}
      <label>First load <input name="from" type="number" min="0" step="any" placeholder="the scenario's" /></label>
      <label>Largest load <input name="max" type="number" min="0" step="any" placeholder="none" /></label>
      <button>Start</button>
    </form>
    <p id="search-answer" role="alert"></p>`
}
