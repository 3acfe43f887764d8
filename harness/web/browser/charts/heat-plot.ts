/** How often what happened when: cells on the axes of uPlot, and in words what the pointer is at. */
import type uPlot from 'uplot'
import type { HeatMapChart } from '../../../model/chart.ts'
import type { ChartPalette } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'
import { drawBounds } from './marks.ts'
import { timeAxisOf, valueAxisOf } from './ticks.ts'

/** Everything uPlot has to know but the figures. @param tell gets what is under the pointer; '' for nothing */
export function heatOptions(
  shown: () => HeatMapChart,
  palette: ChartPalette,
  size: { readonly width: number; readonly height: number },
  tell: (text: string) => void,
): uPlot.Options {
  const { xAxis, yAxis } = shown()
  return {
    ...size,
    padding: [8, 14, 0, 4],
    scales: {
      x: { time: false },
      y: { distr: yAxis.isLog === true ? 3 : 1, range: () => endsOf(shown().yEdges) },
    },
    axes: [timeAxisOf(xAxis, palette, null), valueAxisOf(yAxis, palette)],
    series: [{ label: xAxis.label }, { label: yAxis.label, paths: () => null, points: { show: false } }],
    cursor: { points: { show: false }, drag: { x: true, y: false, dist: 5 } },
    legend: { show: false },
    hooks: {
      drawAxes: [(plot) => drawCells(plot, shown(), palette)],
      draw: [(plot) => drawBounds(plot, shown(), palette)],
      setCursor: [(plot) => tell(cellText(plot, shown()))],
    },
  }
}

/** Edges of the columns, for the range of x. */
export function heatFigures({ xEdges }: HeatMapChart): uPlot.AlignedData {
  return [[...xEdges], xEdges.map(() => null)]
}

/** The fullest cell. */
export function fullestCell({ counts }: HeatMapChart): number {
  return counts.reduce((most, column) => column.reduce((a, b) => Math.max(a, b), most), 0)
}

function endsOf(edges: readonly number[]): uPlot.Range.MinMax {
  return [edges[0] ?? 1, edges.at(-1) ?? 10]
}

function drawCells(plot: uPlot, chart: HeatMapChart, palette: ChartPalette): void {
  const { ctx, bbox } = plot
  const most = fullestCell(chart)
  const rows = chart.yEdges.map((edge) => Math.round(plot.valToPos(edge, 'y', true)))
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const [column, counts] of chart.counts.entries()) {
    const left = Math.round(plot.valToPos(chart.xEdges[column] ?? 0, 'x', true))
    const right = Math.round(plot.valToPos(chart.xEdges[column + 1] ?? 0, 'x', true))
    for (const [row, count] of counts.entries()) {
      if (count === 0) continue
      const [bottom = 0, top = 0] = [rows[row], rows[row + 1]]
      ctx.fillStyle = heatColour(palette, Math.log1p(count) / Math.log1p(most))
      ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top))
    }
  }
  ctx.restore()
}

/** Between the colours of the scale. @param share 0-1 */
function heatColour({ heat }: ChartPalette, share: number): string {
  const place = share * (heat.length - 1)
  const low = Math.min(heat.length - 2, Math.floor(place))
  const [from, to] = [channels(heat[low]), channels(heat[low + 1])]
  return `rgb(${from.map((value, i) => Math.round(value + ((to[i] ?? 0) - value) * (place - low))).join(' ')})`
}

function channels(colour = '#000000'): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}

function cellText(plot: uPlot, { xAxis, yAxis, xEdges, yEdges, counts }: HeatMapChart): string {
  const { left = -1, top = -1 } = plot.cursor
  if (left < 0 || top < 0) return ''
  const column = below(xEdges, plot.posToVal(left, 'x'))
  const row = below(yEdges, plot.posToVal(top, 'y'))
  const count = counts[column]?.[row]
  if (count === undefined) return ''
  const at = (value: number | undefined, unit: typeof xAxis.unit) => formatOnChart(value ?? 0, unit)
  return [
    `${xAxis.label} ${at(xEdges[column], xAxis.unit)} to ${at(xEdges[column + 1], xAxis.unit)}`,
    `${yAxis.label} ${at(yEdges[row], yAxis.unit)} to ${at(yEdges[row + 1], yAxis.unit)}`,
    count.toLocaleString('en-US'),
  ].join(' · ')
}

/** Index of the last edge at or below a value. */
function below(edges: readonly number[], value: number): number {
  return edges.findLastIndex((edge) => edge <= value)
}
