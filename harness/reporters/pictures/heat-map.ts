/** Heat maps as ECharts draws them. */
import type { CustomSeriesOption } from 'echarts'
import type { HeatMapChart } from '../../model/chart.ts'
import { heatValueAxis, timeTicks } from '../../text/chart-axis.ts'
import { LIGHT_PALETTE, shadeColour } from '../../text/chart-palette.ts'
import { shadeText } from '../../text/chart-text.ts'
import {
  axisOption,
  type Drawing,
  frameOf,
  labelsWidthPx,
  overhangPx,
  plotWidthPx,
  WIDTH_PX,
} from './frame.ts'
import { boundLines } from './marks.ts'
import { type Scales, scaleOf } from './scale.ts'
import { textWidthPx } from './text.ts'

const PLOT_HEIGHT_PX = 280

export function drawHeatMap(chart: HeatMapChart): Drawing {
  const { xAxis, xEdges, yAxis, shades, bounds } = chart
  const y = scaleOf(yAxis, heatValueAxis(chart))
  const labelsWidth = labelsWidthPx(y.ticks.map(({ text }) => text))
  const [min = 0, max = 1] = [xEdges[0], xEdges.at(-1)]
  const room = { widthPx: plotWidthPx(labelsWidth, 0), textWidthPx }
  const x = scaleOf(xAxis, { min, max, ticks: timeTicks(xAxis, min, max, room) })
  const { heightPx, option, graphic, box } = frameOf({
    title: chart.title,
    note: chart.note,
    legend: shades.map((shade, i) => ({ name: shadeName(i), text: shadeText(shade), shape: 'patch' })),
    labelsWidthPx: labelsWidth,
    laneHeightPx: 0,
    plotHeightPx: PLOT_HEIGHT_PX,
    yName: yAxis.label,
    xName: xAxis.label,
    labelsHeightPx: 30,
    isEmpty: shades.length === 0,
    overhangPx: overhangPx(x),
  })
  return {
    widthPx: WIDTH_PX,
    heightPx,
    option: {
      ...option,
      graphic: { elements: [...graphic] as never },
      xAxis: axisOption(x, false),
      yAxis: axisOption(y, true),
      series: [
        ...shades.map((_, i) => shadeSeries(i, chart, { x, y })),
        boundLines(bounds, { x, y, box, unit: yAxis.unit, crowdIn: () => 0 }),
      ],
    },
  }
}

const shadeName = (index: number) => `shade-${index}`

/** A pixel of the picture, which has two where the drawing has one; between them the paper would shine through. */
const wholePixel = (px: number) => Math.round(px * 2) / 2

/** All cells of one shade as one shape: thousands of small ones would take seconds. */
function shadeSeries(
  index: number,
  { xEdges, yEdges, counts, shades }: HeatMapChart,
  { x, y }: Scales,
): CustomSeriesOption {
  const fill = shadeColour(LIGHT_PALETTE, index, shades.length)
  const { from, to } = shades[index] ?? { from: 0, to: 0 }
  return {
    type: 'custom',
    name: shadeName(index),
    clip: true,
    silent: true,
    data: [[x.min, y.min]],
    itemStyle: { color: fill },
    z: 3,
    renderItem: (_params, api) => {
      const across = xEdges.map((edge) => wholePixel(api.coord([x.place(edge) ?? 0, 0])[0] ?? 0))
      const down = yEdges.map((edge) => wholePixel(api.coord([0, y.place(edge) ?? 0])[1] ?? 0))
      const cells = counts.flatMap((column, i) =>
        column.map((count, row) =>
          count >= from && count <= to
            ? `M${across[i]} ${down[row]}H${across[i + 1]}V${down[row + 1]}H${across[i]}Z`
            : '',
        ),
      )
      return { type: 'path', shape: { pathData: cells.join('') }, style: { fill } }
    },
  }
}
