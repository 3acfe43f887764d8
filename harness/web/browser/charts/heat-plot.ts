/** Heat maps as uPlot draws them: cells on its axes, and in words what the pointer is at. */
import type uPlot from 'uplot'
import type { HeatMapChart } from '../../../model/chart.ts'
import { heatValueAxis } from '../../../text/chart-axis.ts'
import { type ChartPalette, shadeColour } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'
import { placeAxis, valueAxis } from './axes.ts'
import { drawBounds } from './marks.ts'

/** Everything uPlot has to know but the figures. @param tell gets what is under the pointer; '' for nothing */
export function heatOptions(
  chart: HeatMapChart,
  palette: ChartPalette,
  size: { readonly width: number; readonly height: number },
  tell: (text: string) => void,
): uPlot.Options {
  const { xAxis, yAxis } = chart
  return {
    ...size,
    padding: [8, 14, 0, 4],
    scales: {
      x: { time: false },
      y: { distr: yAxis.isLog === true ? 3 : 1, range: () => endsOf(chart) },
    },
    axes: [placeAxis(() => ({ xAxis, x: [], xLabels: null }), palette), valueAxis(yAxis, palette)],
    series: [{ label: xAxis.label }, { label: yAxis.label, paths: () => null, points: { show: false } }],
    cursor: { points: { show: false }, drag: { x: true, y: false, dist: 5 } },
    legend: { show: false },
    hooks: {
      drawAxes: [(plot) => drawCells(plot, chart, palette)],
      draw: [(plot) => drawBounds(plot, chart, palette)],
      setCursor: [(plot) => tell(cellText(plot, chart))],
    },
  }
}

/** Edges of the columns, for the range of x. */
export function heatFigures({ xEdges }: HeatMapChart): uPlot.AlignedData {
  return [[...xEdges], xEdges.map(() => null)]
}

function endsOf(chart: HeatMapChart): uPlot.Range.MinMax {
  const { min, max } = heatValueAxis(chart)
  return [min, max]
}

function drawCells(plot: uPlot, chart: HeatMapChart, palette: ChartPalette): void {
  const { ctx, bbox } = plot
  const { shades } = chart
  const colourOf = (count: number) => {
    const shade = shades.findIndex(({ to }) => count <= to)
    return shadeColour(palette, shade, shades.length)
  }
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
      ctx.fillStyle = colourOf(count)
      ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top))
    }
  }
  ctx.restore()
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
