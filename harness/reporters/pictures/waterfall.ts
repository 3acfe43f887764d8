/** Bars whose parts begin where the one before ends. */
import type { CustomSeriesOption } from 'echarts'
import type { WaterfallChart } from '../../model/chart.ts'
import { formatOnChart } from '../../text/chart-text.ts'
import { axisOption, type Drawing, frameOf, labelsWidthPx, overhangPx, WIDTH_PX } from './frame.ts'
import { colourOf, inkOn, PAPER } from './palette.ts'
import { type Scale, uprightScale } from './scale.ts'
import { FONT_FAMILY, shortText, textWidthPx } from './text.ts'

const ROW_PX = 34
const BAR_PX = 22
const ROW_LABEL_PX = 210
const LEGEND_TEXT_PX = 280
const FIGURE_PX = 12
/** What is beyond is counted in the note: nobody reads more in a picture. */
const ROWS_MAX = 20

type Row = WaterfallChart['rows'][number]
type Part = Row['parts'][number]

interface PlacedPart {
  readonly row: number
  readonly part: Part
}

/** Parts of one name and colour, over all rows; at least one. */
type Kind = readonly PlacedPart[]

export function drawWaterfall(chart: WaterfallChart): Drawing {
  const rows = chart.rows.slice(0, ROWS_MAX)
  const kinds = kindsOf(rows)
  const lying = uprightScale(
    chart.axis,
    rows.flatMap(({ parts }) => parts.flatMap(({ from, to }) => [from, to])),
  )
  const labels = rows.map(({ label }) => shortText(label, ROW_LABEL_PX))
  const { heightPx, option, graphic, box } = frameOf({
    title: chart.title,
    note: noteOf(chart),
    legend: kinds.map((kind, i) => ({
      name: kindName(i),
      text: shortText(labelOf(kind), LEGEND_TEXT_PX),
      shape: 'patch',
    })),
    labelsWidthPx: labelsWidthPx(labels),
    laneHeightPx: 0,
    plotHeightPx: Math.max(1, rows.length) * ROW_PX,
    uprightName: '',
    lyingName: chart.axis.label,
    labelsHeightPx: 30,
    isEmpty: kinds.length === 0,
    overhangPx: overhangPx(lying),
  })
  const pxPerUnit = box.width / (lying.max - lying.min)
  const ticks = labels.map((text, at) => ({ at: -at, text }))
  const upright: Scale = { min: 0.5 - Math.max(1, rows.length), max: 0.5, ticks, place: (value) => value }
  return {
    widthPx: WIDTH_PX,
    heightPx,
    option: {
      ...option,
      graphic: { elements: [...graphic] as never },
      xAxis: { ...axisOption(lying, true), position: 'bottom' },
      // Over the bars, whose edges are of paper.
      yAxis: { ...axisOption(upright, false), axisTick: { show: false }, z: 5 },
      series: kinds.map((kind, i) => kindSeries(kind, { name: kindName(i), chart, lying, pxPerUnit })),
    },
  }
}

const kindName = (index: number) => `part-${index}`

function noteOf({ note, rows }: WaterfallChart): string {
  const hidden = rows.length - ROWS_MAX
  return hidden <= 0 ? note : `${note} ${hidden} more not shown.`.trimStart()
}

function kindsOf(rows: readonly Row[]): Kind[] {
  const kinds = new Map<string, PlacedPart[]>()
  rows.forEach(({ parts }, row) => {
    for (const part of parts) {
      const key = JSON.stringify([part.colour, part.label])
      kinds.set(key, [...(kinds.get(key) ?? []), { row, part }])
    }
  })
  return [...kinds.values()]
}

const labelOf = ([first]: Kind) => first?.part.label ?? ''

function kindSeries(
  parts: Kind,
  drawn: {
    readonly name: string
    readonly chart: WaterfallChart
    readonly lying: Scale
    readonly pxPerUnit: number
  },
): CustomSeriesOption {
  const { name, chart, lying, pxPerUnit } = drawn
  const colour = parts[0]?.part.colour ?? 0
  const fill = colourOf(colour)
  const placeOf = (value: number) => lying.place(value) ?? lying.min
  return {
    type: 'custom',
    name,
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
