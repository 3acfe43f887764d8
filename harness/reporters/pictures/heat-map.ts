/** How often what happened when: darker is more, in steps that a reader can name. */
import type { CustomSeriesOption } from 'echarts'
import { formatCount } from '../../base/units.ts'
import type { HeatMapChart } from '../../model/chart.ts'
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
import { SEQUENCE } from './palette.ts'
import { lyingScale, type Scales, uprightScale } from './scale.ts'

const PLOT_HEIGHT_PX = 280

interface Shade {
  readonly name: string
  readonly colour: string
  /** Counts of this shade: from, to. */
  readonly from: number
  readonly to: number
}

export function drawHeatMap(chart: HeatMapChart): Drawing {
  const bounds = chart.bounds.map(({ value }) => value)
  const upright = uprightScale(chart.yAxis, [...chart.yEdges, ...bounds])
  const labelsWidth = labelsWidthPx(upright.ticks.map(({ text }) => text))
  const ends = [chart.xEdges[0] ?? 0, chart.xEdges[chart.xEdges.length - 1] ?? 1] as const
  const lying = lyingScale(chart.xAxis, ends, plotWidthPx(labelsWidth, 0))
  const shades = shadesOf(chart.counts)
  const { heightPx, option, graphic, box } = frameOf({
    title: chart.title,
    note: chart.note,
    legend: shades.map(({ name, from, to }) => ({ name, text: shadeText(from, to), shape: 'patch' })),
    labelsWidthPx: labelsWidth,
    laneHeightPx: 0,
    plotHeightPx: PLOT_HEIGHT_PX,
    uprightName: chart.yAxis.label,
    lyingName: chart.xAxis.label,
    labelsHeightPx: 30,
    isEmpty: shades.length === 0,
    overhangPx: overhangPx(lying),
  })
  return {
    widthPx: WIDTH_PX,
    heightPx,
    option: {
      ...option,
      graphic: { elements: [...graphic] as never },
      xAxis: axisOption(lying, false),
      yAxis: axisOption(upright, true),
      series: [
        ...shades.map((shade) => shadeSeries(shade, chart, { lying, upright })),
        boundLines(chart.bounds, { lying, upright, box, unit: chart.yAxis.unit, crowdIn: () => 0 }),
      ],
    },
  }
}

/** Shades by powers of the greatest count: one outlier and the bulk are both seen. */
function shadesOf(counts: HeatMapChart['counts']): Shade[] {
  const most = counts.reduce((max, column) => column.reduce((high, count) => Math.max(high, count), max), 0)
  const tops = SEQUENCE.map((_, i) => Math.round(most ** ((i + 1) / SEQUENCE.length)))
  const steps = [...new Set(tops)].filter((top) => top > 0)
  return steps.map((to, i) => ({
    name: `shade-${i}`,
    colour: SEQUENCE[SEQUENCE.length - steps.length + i] ?? '',
    from: (steps[i - 1] ?? 0) + 1,
    to,
  }))
}

function shadeText(from: number, to: number): string {
  return from === to ? formatCount(to) : `${formatCount(from)}–${formatCount(to)}`
}

/** Of the picture, which has two where the drawing has one; between them the paper would shine through. */
const wholePixel = (px: number) => Math.round(px * 2) / 2

/** All cells of one shade as one shape: thousands of small ones would take seconds. */
function shadeSeries(
  { name, colour, from, to }: Shade,
  { xEdges, yEdges, counts }: HeatMapChart,
  { lying, upright }: Scales,
): CustomSeriesOption {
  const corner = [lying.min, upright.min]
  return {
    type: 'custom',
    name,
    clip: true,
    silent: true,
    data: [corner],
    itemStyle: { color: colour },
    z: 3,
    renderItem: (_params, api) => {
      const across = xEdges.map((edge) => wholePixel(api.coord([lying.place(edge) ?? 0, 0])[0] ?? 0))
      const down = yEdges.map((edge) => wholePixel(api.coord([0, upright.place(edge) ?? 0])[1] ?? 0))
      const cells = counts.flatMap((column, x) =>
        column.map((count, y) =>
          count >= from && count <= to
            ? `M${across[x]} ${down[y]}H${across[x + 1]}V${down[y + 1]}H${across[x]}Z`
            : '',
        ),
      )
      return { type: 'path', shape: { pathData: cells.join('') }, style: { fill: colour } }
    },
  }
}
