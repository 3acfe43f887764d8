/** Draws charts where they stand in a page. */
import uPlot from 'uplot'
import type { Chart, HeatMapChart, LineChart, WaterfallChart } from '../../model/chart.ts'
import { type ChartPalette, DARK_PALETTE, LIGHT_PALETTE, shadeColour } from '../../text/chart-palette.ts'
import { describeChart, shadeText } from '../../text/chart-text.ts'
import { colourKey } from './charts/colour-key.ts'
import { heatFigures, heatOptions } from './charts/heat-plot.ts'
import { lineFigures, lineOptions } from './charts/line-plot.ts'
import { labelRows } from './charts/marks.ts'
import { waterfallElement, waterfallLegend } from './charts/waterfall-view.ts'
import { element, setText } from './dom.ts'

/** A chart on a page. */
export interface ChartView {
  /** The same chart with other figures; zoom, pointer and hidden lines stay as they are. */
  update(chart: Chart): void
}

const NARROW_PX = 480
const dark = matchMedia('(prefers-color-scheme: dark)')
const print = matchMedia('print')

/** Puts a chart into an element; it follows the element's width and the colours of the page. */
export function showChart(host: HTMLElement, chart: Chart): ChartView {
  let drawn = draw(host, chart)
  const again = () => {
    drawn = redrawn(host, drawn, drawn.chart())
  }
  dark.addEventListener('change', again)
  print.addEventListener('change', again)
  new ResizeObserver(() => drawn.resize()).observe(host)
  return {
    update(next) {
      if (!drawn.takes(next)) drawn = redrawn(host, drawn, next)
    },
  }
}

/** Draws every `<div data-chart="...">` of the page. */
export function showCharts(root: ParentNode): void {
  for (const host of root.querySelectorAll<HTMLElement>('[data-chart]'))
    showChart(host, JSON.parse(host.dataset['chart'] ?? '') as Chart)
}

/** A picture as it stands. */
interface Drawn {
  chart(): Chart
  /** Draws other figures in place; false when it takes another picture. */
  takes(next: Chart): boolean
  resize(): void
  readonly plot: uPlot | null
}

function draw(host: HTMLElement, chart: Chart): Drawn {
  const palette = dark.matches && !print.matches ? DARK_PALETTE : LIGHT_PALETTE
  const picture = element('div', 'chart-picture')
  picture.setAttribute('role', 'img')
  picture.setAttribute('aria-label', describeChart(chart))
  host.replaceChildren(picture)
  switch (chart.kind) {
    case 'lines':
      return drawLines(host, picture, chart, palette)
    case 'heat-map':
      return drawHeatMap(host, picture, chart, palette)
    case 'waterfall':
      return drawWaterfall(host, picture, chart, palette)
  }
}

/** Another picture in the place of one, with what a reader did to that. */
function redrawn(host: HTMLElement, before: Drawn, chart: Chart): Drawn {
  const { plot } = before
  const zoom = plot === null ? null : zoomOf(plot)
  const hidden = new Set(plot?.series.filter(({ show }) => show === false).map(({ label }) => label))
  const { left = -1, top = -1 } = plot?.cursor ?? {}
  plot?.destroy()
  const after = draw(host, chart)
  if (after.plot === null) return after
  if (zoom !== null) after.plot.setScale('x', zoom)
  for (const [i, { label }] of after.plot.series.entries())
    if (i > 0 && hidden.has(label)) after.plot.setSeries(i, { show: false })
  if (left >= 0) after.plot.setCursor({ left, top })
  return after
}

function drawLines(host: HTMLElement, picture: HTMLElement, chart: LineChart, palette: ChartPalette): Drawn {
  let shown = chart
  const options = lineOptions(() => shown, palette, sizeIn(host))
  const mount = (_plot: uPlot, legend: HTMLElement) => host.append(legend)
  const plot = new uPlot({ ...options, legend: { ...options.legend, mount } }, lineFigures(chart), picture)
  const legend = host.querySelector('.u-legend')
  if (chart.isStacked) legend?.classList.add('chart-fixed')
  else reachByKeyboard(plot, legend)
  return {
    plot,
    chart: () => shown,
    resize: () => plot.setSize(sizeIn(host)),
    takes(next) {
      if (next.kind !== 'lines' || shapeOf(next) !== shapeOf(shown)) return false
      shown = next
      picture.setAttribute('aria-label', describeChart(next))
      setFigures(plot, lineFigures(next))
      return true
    },
  }
}

/** Describes everything that cannot change without another picture. */
function shapeOf(chart: LineChart): string {
  const { id, series, bands, isStacked, xAxis, yAxis } = chart
  return JSON.stringify([
    id,
    // The first breach needs room for its label.
    labelRows(chart),
    series.map(({ label, colour, style }) => [label, colour, style]),
    bands.map(({ label, colour }) => [label, colour]),
    isStacked,
    xAxis,
    yAxis,
  ])
}

function drawHeatMap(
  host: HTMLElement,
  picture: HTMLElement,
  chart: HeatMapChart,
  palette: ChartPalette,
): Drawn {
  const told = element('p', 'chart-told')
  const tell = (text: string) => setText(told, text === '' ? 'requests a cell' : text)
  const plot = new uPlot(heatOptions(chart, palette, sizeIn(host), tell), heatFigures(chart), picture)
  host.append(heatKey(chart, palette), told)
  tell('')
  return { plot, chart: () => chart, resize: () => plot.setSize(sizeIn(host)), takes: () => false }
}

function heatKey({ shades }: HeatMapChart, palette: ChartPalette): HTMLElement {
  return colourKey(
    shades.map((shade, i) => ({ label: shadeText(shade), colour: shadeColour(palette, i, shades.length) })),
  )
}

function drawWaterfall(
  host: HTMLElement,
  picture: HTMLElement,
  chart: WaterfallChart,
  palette: ChartPalette,
): Drawn {
  picture.append(waterfallElement(chart, palette))
  host.append(waterfallLegend(chart, palette))
  return { plot: null, chart: () => chart, resize: () => undefined, takes: () => false }
}

/** Lines are hidden and shown by keyboard as by a click. */
function reachByKeyboard(plot: uPlot, legend: Element | null): void {
  for (const [i, row] of [...(legend?.querySelectorAll<HTMLElement>('.u-series') ?? [])].entries()) {
    const name = row.querySelector<HTMLElement>('th')
    if (i === 0 || name === null) continue
    name.tabIndex = 0
    name.setAttribute('role', 'button')
    name.title = 'show or hide'
    name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      plot.setSeries(i, { show: plot.series[i]?.show === false })
    })
  }
}

function setFigures(plot: uPlot, figures: uPlot.AlignedData): void {
  const zoom = zoomOf(plot)
  plot.setData(figures, zoom === null)
  if (zoom !== null) plot.setScale('x', zoom)
}

/** Null when all of x is seen. */
function zoomOf(plot: uPlot): { readonly min: number; readonly max: number } | null {
  const [xs] = plot.data
  const { min, max } = plot.scales['x'] ?? {}
  const [first, last] = [xs[0], xs[xs.length - 1]]
  if (min == null || max == null || first === undefined || last === undefined) return null
  return min > first || max < last ? { min, max } : null
}

function sizeIn(host: HTMLElement): { readonly width: number; readonly height: number } {
  const width = Math.max(200, host.clientWidth)
  return { width, height: width < NARROW_PX ? 220 : 260 }
}
