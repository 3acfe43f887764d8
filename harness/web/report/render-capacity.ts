/** A search for a capacity as one file that opens from disk. */
import { html } from 'hono/html'
import { visible } from '../../base/visible.ts'
import { capacitySearchCharts } from '../../charts/capacity-search-charts.ts'
import { factsTable, lawTable, limitsTable, probesTable } from '../../reporters/capacity/capacity-tables.ts'
import { type AnsweredCapacity, capacityHeadline } from '../../text/capacity-text.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { wordTone } from '../../text/word-tone.ts'
import type { PageAssets } from '../page-assets.ts'
import { chartFigure } from './chart-figure.ts'
import { renderDocument } from './document.ts'
import { tableElement, tableSection } from './table-section.ts'

export function renderCapacityReport(record: AnsweredCapacity, assets: PageAssets): Promise<string> {
  const { scenario, answer } = record
  const law = lawTable(record)
  return renderDocument({
    title: `Capacity of ${scenario}`,
    places: [
      ['charts', 'Charts'],
      ['tables', 'Tables'],
    ],
    body: html`<header class="verdict"><p class="badge ${wordTone(answer.outcome) ?? 'doubt'}">${outcomeText(answer.outcome)}</p>
<div><h1>Capacity of ${visible(scenario)}</h1>
<p class="headline">${visible(capacityHeadline(record))}</p>
<p class="muted">Search <code>${visible(record.capacityId)}</code>, ${visible(record.startedAt)}.</p></div></header>
${answer.cautions.map(({ message }) => html`<p class="muted">${visible(message)}</p>`)}
<div id="charts" class="charts">${capacitySearchCharts(record).map(chartFigure)}</div>
<div id="tables">${[factsTable(record), limitsTable(record), probesTable(record)].map(tableSection)}</div>
${law.rows.length === 0 ? '' : html`<details><summary>${law.title}</summary>${tableElement(law)}</details>`}
`,
    assets,
  })
}
