/** Bars whose parts begin where the one before ends, as elements of the page. */
import type { WaterfallChart } from '../../../model/chart.ts'
import { type ChartPalette, colourOf } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'

type Row = WaterfallChart['rows'][number]

/** All bars share one scale. */
export function waterfallElement({ rows, axis }: WaterfallChart, palette: ChartPalette): HTMLElement {
  const longest = Math.max(...rows.flatMap(({ parts }) => parts.map(({ to }) => to)), Number.MIN_VALUE)
  const picture = element('div', 'waterfall')
  for (const row of rows) {
    const total = row.parts.at(-1)?.to ?? 0
    picture.append(
      element('span', 'waterfall-label', row.label),
      barOf(row, longest, axis, palette),
      element('span', 'waterfall-total', formatOnChart(total, axis.unit)),
    )
  }
  picture.append(
    element('span', 'waterfall-axis', `${axis.label}: 0 to ${formatOnChart(longest, axis.unit)}`),
  )
  return picture
}

/** Which colour is what. */
export function waterfallLegend({ rows }: WaterfallChart, palette: ChartPalette): HTMLElement {
  const colours = new Map(
    rows.flatMap(({ parts }) => parts.map(({ label, colour }) => [label, colour] as const)),
  )
  const legend = element('ul', 'chart-key')
  for (const [label, colour] of colours) {
    const swatch = element('i', 'chart-swatch')
    swatch.style.background = colourOf(palette, colour)
    const item = element('li', '')
    item.append(swatch, label)
    legend.append(item)
  }
  return legend
}

function barOf(
  { parts }: Row,
  longest: number,
  { unit }: WaterfallChart['axis'],
  palette: ChartPalette,
): HTMLElement {
  const bar = element('div', 'waterfall-bar')
  for (const { label, colour, from, to } of parts) {
    const part = element('span', 'waterfall-part')
    part.style.left = `${(from / longest) * 100}%`
    part.style.width = `${((to - from) / longest) * 100}%`
    part.style.background = colourOf(palette, colour)
    part.title = `${label}: ${formatOnChart(to - from, unit)}`
    bar.append(part)
  }
  return bar
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}
