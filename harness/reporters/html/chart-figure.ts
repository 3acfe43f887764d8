/** A chart in a page: its figures for the script that draws it, and in words for everybody else. */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Chart } from '../../model/chart.ts'
import { describeChart } from '../../model/chart-text.ts'

/** Text that is safe to put into a page as it is. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** `browser/chart-view.ts` draws it in the place of the words. */
export function chartFigure(chart: Chart): Html {
  return html`<figure class="chart" id="chart-${chart.id}">
  <figcaption><strong>${chart.title}</strong>${chart.note === '' ? '' : html` <span>${chart.note}</span>`}</figcaption>
  <div class="chart-host" data-chart="${JSON.stringify(chart)}"><p class="chart-words">${describeChart(chart)}</p></div>
</figure>
`
}
