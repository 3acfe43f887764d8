/** A forecast as one file that opens from disk. */
import { html } from 'hono/html'
import { visible } from '../../base/visible.ts'
import { forecastCharts } from '../../charts/forecast-charts.ts'
import type { CapacityForecast } from '../../model/capacity-forecast.ts'
import {
  forecastFactsTable,
  forecastMonthsTable,
  forecastSearchesTable,
} from '../../reporters/capacity/forecast-tables.ts'
import { forecastHeadline } from '../../text/forecast-text.ts'
import type { PageAssets } from '../page-assets.ts'
import { chartFigure } from './chart-figure.ts'
import { renderDocument } from './document.ts'
import { tableSection } from './table-section.ts'

export function renderForecastReport(forecast: CapacityForecast, assets: PageAssets): Promise<string> {
  const { scenario, at } = forecast
  const tables = [
    forecastFactsTable(forecast),
    forecastMonthsTable(forecast),
    forecastSearchesTable(forecast),
  ]
  return renderDocument({
    title: `Forecast for ${scenario}`,
    places: [
      ['charts', 'Charts'],
      ['tables', 'Tables'],
    ],
    body: html`<header class="verdict">
<div><h1>Forecast for ${visible(scenario)}</h1>
<p class="headline">${visible(forecastHeadline(forecast))}</p>
<p class="muted">From searches in the history, ${visible(at)}.</p></div></header>
<div id="charts" class="charts">${forecastCharts(forecast).map(chartFigure)}</div>
<div id="tables">${tables.map(tableSection)}</div>
`,
    assets,
  })
}
