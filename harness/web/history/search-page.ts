import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { visible } from '../../base/visible.ts'
import { factsTable } from '../../reporters/capacity/capacity-tables.ts'
import { capacityHeadline } from '../../text/capacity-text.ts'
import type { Html } from '../html.ts'
import { tableSection } from '../report/table-section.ts'
import { factList, instant, outcomeBadge, page, pathOf } from './parts.ts'
import type { HistorySources } from './sources.ts'

/** One search for a capacity, as the history keeps it. */
export async function searchPage(sources: HistorySources, id: string): Promise<Html> {
  const search = await sources.rememberedSearch(id)
  if (search === null)
    throw new HTTPException(404, { message: `The history has no search for a capacity ${id}.` })
  const { scenario, outcome, startedAt, build, answer } = search
  const told = { ...search, probes: [search] }
  return page(
    `Search ${visible(id)}`,
    '/capacity',
    html`<p>${visible(capacityHeadline(told))}</p>
      ${answer.cautions.map(({ message }) => html`<p class="muted">${visible(message)}</p>`)}
      ${factList([
        ['Outcome', outcomeBadge(outcome)],
        [
          'Scenario',
          html`<a href="${pathOf('/trend', { scenario, metric: 'capacity' })}">${visible(scenario)}</a>`,
        ],
        ['Started', instant(startedAt)],
        ['Build', build === null ? 'unknown' : visible(build)],
      ])}
      ${tableSection(factsTable(told))}`,
  )
}
