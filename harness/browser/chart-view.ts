/** Draws charts where they stand in a page. */
import uPlot from 'uplot'
import type { Chart } from '../model/chart.ts'

/** A chart on a page. */
export interface ChartView {
  /** The same chart with other figures. */
  update(chart: Chart): void
}

/** Puts a chart into an element; it follows the element's width and the colours of the page. */
export function showChart(host: HTMLElement, chart: Chart): ChartView {
  let shown = chart
  if (chart.kind === 'lines') {
    const plot = new uPlot(
      { width: host.clientWidth, height: 240, series: [{}, ...chart.series.map(({ label }) => ({ label }))] },
      [[...chart.x], ...chart.series.map(({ values }) => [...values])],
      host,
    )
    return {
      update(next) {
        shown = next
        if (shown.kind === 'lines')
          plot.setData([[...shown.x], ...shown.series.map(({ values }) => [...values])])
      },
    }
  }
  return {
    update(next) {
      shown = next
    },
  }
}

/** Draws every `<figure data-chart="...">` of the page. */
export function showCharts(root: ParentNode): void {
  for (const host of root.querySelectorAll<HTMLElement>('[data-chart]'))
    showChart(host, JSON.parse(host.dataset['chart'] ?? '') as Chart)
}
