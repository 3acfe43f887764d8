/** Bars whose parts begin where the one before ends, as elements of the page. */
import type { WaterfallChart } from '../../../model/chart.ts'
import { waterfallAxis } from '../../../text/chart-axis.ts'
import { type ChartPalette, colourOf } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'
import { element } from '../dom.ts'
import { colourKey } from './colour-key.ts'

type Row = WaterfallChart['rows'][number]

/** All bars share one scale. */
export function waterfallElement(chart: WaterfallChart, palette: ChartPalette): HTMLElement {
  const { rows, axis } = chart
  const { max } = waterfallAxis(chart)
  const picture = element('div', 'waterfall')
  for (const row of rows) {
    const total = row.parts.at(-1)?.to ?? 0
    picture.append(
      element('span', 'waterfall-label', row.label),
      barOf(row, chart, max, palette),
      element('span', 'waterfall-total', formatOnChart(total, axis.unit)),
    )
  }
  picture.append(element('span', 'waterfall-axis', `${axis.label}: 0 to ${formatOnChart(max, axis.unit)}`))
  return picture
}

/** The colours with what each stands for. */
export function waterfallLegend({ kinds }: WaterfallChart, palette: ChartPalette): HTMLElement {
  return colourKey(kinds.map(({ label, colour }) => ({ label, colour: colourOf(palette, colour) })))
}

function barOf(
  { parts }: Row,
  { kinds, axis }: WaterfallChart,
  max: number,
  palette: ChartPalette,
): HTMLElement {
  const bar = element('div', 'waterfall-bar')
  for (const { kind, from, to } of parts) {
    const { label = '', colour = 'quiet' } = kinds[kind] ?? {}
    const part = element('span', 'waterfall-part')
    part.style.left = `${(from / max) * 100}%`
    part.style.width = `${((to - from) / max) * 100}%`
    part.style.background = colourOf(palette, colour)
    part.title = `${label}: ${formatOnChart(to - from, axis.unit)}`
    bar.append(part)
  }
  return bar
}
