/** Bars whose parts begin where the one before ends. */
import type { CustomSeriesOption } from 'echarts'
import type { WaterfallChart } from '../../model/chart.ts'
import { waterfallAxis } from '../../text/chart-axis.ts'
import { formatOnChart } from '../../text/chart-text.ts'
import { axisOption, type Drawing, frameOf, labelsWidthPx, overhangPx, WIDTH_PX } from './frame.ts'
import { colourOf, inkOn, PAPER } from './palette.ts'
import { type Scale, scaleOf } from './scale.ts'
import { FONT_FAMILY, shortText, textWidthPx } from './text.ts'

const ROW_PX = 34
const BAR_PX = 22
const ROW_LABEL_PX = 210
const LEGEND_TEXT_PX = 280
const FIGURE_PX = 12
type Row = WaterfallChart['rows'][number]
type Part = Row['parts'][number]

interface PlacedPart {
  readonly row: number
  readonly part: Part
}

export function drawWaterfall(chart: WaterfallChart): Drawing {
  const { rows, kinds } = chart
  const x = scaleOf(chart.axis, waterfallAxis(chart))
  const labels = rows.map(({ label }) => shortText(label, ROW_LABEL_PX))
  const { heightPx, option, graphic, box } = frameOf({
    title: chart.title,
    note: chart.note,
    legend: kinds.map(({ label }, i) => ({
      name: kindName(i),
      text: shortText(label, LEGEND_TEXT_PX),
      shape: 'patch',
    })),
    labelsWidthPx: labelsWidthPx(labels),
    laneHeightPx: 0,
    plotHeightPx: Math.max(1, rows.length) * ROW_PX,
    yName: '',
    xName: chart.axis.label,
    labelsHeightPx: 30,
    isEmpty: rows.length === 0,
    overhangPx: overhangPx(x),
  })
  const pxPerUnit = box.width / (x.max - x.min)
  const ticks = labels.map((text, at) => ({ at: -at, text }))
  const y: Scale = { min: 0.5 - Math.max(1, rows.length), max: 0.5, ticks, place: (value) => value }
  return {
    widthPx: WIDTH_PX,
    heightPx,
    option: {
      ...option,
      graphic: { elements: [...graphic] as never },
      xAxis: { ...axisOption(x, true), position: 'bottom' },
      // Over the bars, whose edges are of paper.
      yAxis: { ...axisOption(y, false), axisTick: { show: false }, z: 5 },
      series: kinds.map((_, i) => kindSeries(i, { chart, x, pxPerUnit })),
    },
  }
}

const kindName = (index: number) => `part-${index}`

/** All parts of one kind. */
function kindSeries(
  index: number,
  { chart, x, pxPerUnit }: { readonly chart: WaterfallChart; readonly x: Scale; readonly pxPerUnit: number },
): CustomSeriesOption {
  const { colour = 'quiet' } = chart.kinds[index] ?? {}
  const fill = colourOf(colour)
  const parts = chart.rows.flatMap((row, at) => partsOfKind(row, at, index))
  const placeOf = (value: number) => x.place(value) ?? x.min
  return {
    type: 'custom',
    name: kindName(index),
    silent: true,
    data: parts.map(({ row, part }) => [placeOf(part.from), -row]),
    itemStyle: { color: fill },
    renderItem: ({ dataIndex }, api) => {
      const { row, part } = parts[dataIndex] as PlacedPart
      const [left = 0, middle = 0] = api.coord([placeOf(part.from), -row])
      const width = Math.max(1, (placeOf(part.to) - placeOf(part.from)) * pxPerUnit)
      const figure = formatOnChart(part.to - part.from, chart.axis.unit)
      const fits = textWidthPx(figure, FIGURE_PX) + 6 < width
      const bar = {
        type: 'rect' as const,
        shape: { x: left, y: middle - BAR_PX / 2, width, height: BAR_PX },
        style: { fill, stroke: PAPER, lineWidth: 1 },
      }
      const words = {
        type: 'text' as const,
        x: left + width / 2,
        y: middle,
        style: {
          text: figure,
          align: 'center' as const,
          verticalAlign: 'middle' as const,
          fill: inkOn(colour),
          fontSize: FIGURE_PX,
          fontFamily: FONT_FAMILY,
        },
      }
      return { type: 'group', children: fits ? [bar, words] : [bar] }
    },
  }
}

function partsOfKind({ parts }: Row, row: number, kind: number): PlacedPart[] {
  return parts.filter((part) => part.kind === kind).map((part) => ({ row, part }))
}
