/** A chart in a page: its figures for the script that draws it, and in words for everybody else. */
import { html } from 'hono/html'
import { visible } from '../../base/visible.ts'
import type { Chart } from '../../model/chart.ts'
import { describeChart } from '../../text/chart-text.ts'
import type { Html } from '../html.ts'

/** `web/browser/chart-view.ts` draws it in the place of the words. */
export function chartFigure(chart: Chart): Html {
  return html`<figure class="chart" id="chart-${chart.id}">
  <figcaption><strong>${visible(chart.title)}</strong> <span>${visible(chart.note)}</span></figcaption>
  <div class="chart-host" data-chart="${JSON.stringify(chart, withoutControls)}"><p class="chart-words">${visible(describeChart(chart))}</p></div>
</figure>
`
}

/** Makes the texts of a chart harmless: they must not be able to turn the direction of reading either. */
function withoutControls(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? visible(value) : value
}
