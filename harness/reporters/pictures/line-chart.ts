/** Lines over a common x: with areas, bands, bounds and marks. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption, SeriesOption } from 'echarts'
import type { ChartBand, ChartSeries, LineChart } from '../../model/chart.ts'
import { type AxisTick, type AxisView, everyNth, lineValueAxis, placeTicks } from '../../text/chart-axis.ts'
import {
  axisOption,
  type Drawing,
  frameOf,
  type LegendEntry,
  labelsWidthPx,
  overhangPx,
  plotWidthPx,
  WIDTH_PX,
} from './frame.ts'
import { type Area, boundLines, LANE_PX, layMarks, markShapes } from './marks.ts'
import { colourOf } from './palette.ts'
import { type Scale, type Scales, scaleOf } from './scale.ts'
import { shortText, TEXT_PX, textWidthPx } from './text.ts'

const PLOT_HEIGHT_PX = 260
const LEGEND_TEXT_PX = 280
const RUN_LABEL_PX = 120
/** Labels of runs stand aslant where they would not fit side by side. */
const SLANT_DEGREES = 35
const SLANTED_RUNS_MAX = 16
const SLANT = (SLANT_DEGREES / 180) * Math.PI

export function drawLines(chart: LineChart): Drawing {
  const y = scaleOf(chart.yAxis, lineValueAxis(chart, ...endsOf(valuesOf(chart))))
  const yLabelsWidth = labelsWidthPx(y.ticks.map(({ text }) => text))
  const isSlanted = chart.xLabels !== null && !sideBySide(chart, plotWidthPx(yLabelsWidth, 0))
  const x = scaleOf(chart.xAxis, placeAxis(chart, plotWidthPx(yLabelsWidth, 0), isSlanted))
  const overhang = chart.xLabels === null ? overhangPx(x) : 0
  const scales = { x, y }
  // What is aslant reaches to the left.
  const labelsWidth = isSlanted ? Math.max(yLabelsWidth, widestPx(x) * Math.cos(SLANT)) : yLabelsWidth
  const widthPx = plotWidthPx(labelsWidth, overhang)
  const marks = layMarks(chart.marks, x, widthPx)
  const legend = legendOf(chart)
  const { box, heightPx, option, graphic } = frameOf({
    title: chart.title,
    note: chart.note,
    legend,
    labelsWidthPx: labelsWidth,
    laneHeightPx: marks.laneCount * LANE_PX,
    plotHeightPx: PLOT_HEIGHT_PX,
    yName: chart.yAxis.label,
    xName: chart.xAxis.label,
    labelsHeightPx: labelsHeightPx(x, isSlanted),
    isEmpty: chart.x.length === 0 || chart.series.length + chart.bands.length === 0,
    overhangPx: overhang,
  })
  const xAxis = axisOption(x, false)
  return {
    widthPx: WIDTH_PX,
    heightPx,
    option: {
      ...option,
      graphic: { elements: [...graphic, ...markShapes(marks, box)] as never },
      xAxis: isSlanted
        ? { ...xAxis, axisLabel: { ...(xAxis['axisLabel'] as object), rotate: SLANT_DEGREES } }
        : xAxis,
      yAxis: axisOption(y, true),
      series: [
        ...chart.bands.map((band, i) => bandSeries(band, { name: bandName(i), x: chart.x, scales })),
        ...chart.series.map((series, i) => seriesOption(series, { name: lineName(i), chart, scales })),
        boundLines(chart.bounds, {
          ...scales,
          box,
          unit: chart.yAxis.unit,
          crowdIn: (area) => pointsIn(area, chart, scales),
        }),
      ],
    },
  }
}

const bandName = (index: number) => `band-${index}`
const lineName = (index: number) => `series-${index}`

function legendOf({ series, bands, isStacked }: LineChart): LegendEntry[] {
  // A single line is what the axis says it is.
  if (series.length + bands.length < 2) return []
  const areaOrLine = isStacked ? ('patch' as const) : ('line' as const)
  return [
    ...series.map(({ label, style }, i) => ({
      name: lineName(i),
      text: shortText(label, LEGEND_TEXT_PX),
      shape: style === 'points' ? ('point' as const) : areaOrLine,
    })),
    ...bands.map(({ label }, i) => ({
      name: bandName(i),
      text: shortText(label, LEGEND_TEXT_PX),
      shape: 'patch' as const,
    })),
  ]
}

/** Every value that is drawn. */
function valuesOf({ series, bands, isStacked, x }: LineChart): number[] {
  const lines = series.map(({ values }) => values)
  const drawn = isStacked
    ? x.map((_, i) => lines.reduce((sum, values) => sum + (values[i] ?? 0), 0))
    : lines.flat()
  return [...drawn, ...bands.flatMap(({ low, high }) => [...low, ...high])].filter((value) => value !== null)
}

function endsOf(values: readonly number[]): readonly [low: number | null, high: number | null] {
  if (values.length === 0) return [null, null]
  return [
    values.reduce((least, value) => Math.min(least, value)),
    values.reduce((most, value) => Math.max(most, value)),
  ]
}

/** The x axis: exactly from the first to the last value; runs stand half a step from its ends. */
function placeAxis(chart: LineChart, widthPx: number, isSlanted: boolean): AxisView {
  const { x, xAxis, xLabels } = chart
  const [first = 0, last = 1] = [x[0], x.at(-1)]
  const isPadded = xLabels !== null || first === last
  const [min, max] = isPadded ? [first - 0.5, last + 0.5] : [first, last]
  if (isSlanted) return { min, max, ticks: everyNth(runTicks(chart), SLANTED_RUNS_MAX) }
  const labelled = { x, xAxis, xLabels: xLabels?.map(shortLabel) ?? null }
  return { min, max, ticks: placeTicks(labelled, min, max, { widthPx, textWidthPx }) }
}

const shortLabel = (text: string) => shortText(text, RUN_LABEL_PX)

function runTicks({ x, xLabels }: LineChart): AxisTick[] {
  return x.map((value, i) => ({ value, label: shortLabel(xLabels?.[i] ?? '') }))
}

function sideBySide(chart: LineChart, widthPx: number): boolean {
  return runTicks(chart).every(({ label }) => textWidthPx(label) + TEXT_PX < widthPx / chart.x.length)
}

function labelsHeightPx(x: Scale, isSlanted: boolean): number {
  return isSlanted ? 2 * TEXT_PX + widestPx(x) * Math.sin(SLANT) : 2 * TEXT_PX + 4
}

function widestPx({ ticks }: Scale): number {
  return Math.max(0, ...ticks.map(({ text }) => textWidthPx(text)))
}

/** Counts the points in an area. */
function pointsIn({ fromX, toX, fromY, toY }: Area, { x, series }: LineChart, { y }: Scales): number {
  return series.reduce(
    (sum, { values }) =>
      sum +
      values.filter((value, i) => {
        const [at = fromX - 1, place] = [x[i], y.place(value)]
        return place !== null && at >= fromX && at <= toX && place >= fromY && place <= toY
      }).length,
    0,
  )
}

/** One line, row of points, or area on those before. */
function seriesOption(
  { values, colour, style }: ChartSeries,
  { name, chart, scales }: { readonly name: string; readonly chart: LineChart; readonly scales: Scales },
): LineSeriesOption | ScatterSeriesOption {
  const points = chart.x.map((x, i) => [x, scales.y.place(values[i] ?? null)])
  const color = colourOf(colour)
  if (style === 'points')
    return { type: 'scatter', name, data: points, symbolSize: 6, itemStyle: { color }, z: 4 }
  const alone = pointsAlone(values)
  return {
    type: 'line',
    name,
    data: points,
    ...(chart.isStacked ? { stack: 'sum', areaStyle: { color, opacity: 0.75 } } : {}),
    // Of values that share a pixel the least and the greatest are drawn: a peak of one second stays. Beside gaps it would
    // not, and areas on one another need the same instants.
    ...(chart.isStacked || values.includes(null) ? {} : { sampling: 'minmax' }),
    showSymbol: alone.size > 0,
    symbol: (_value: unknown, { dataIndex }: { dataIndex: number }) =>
      alone.has(dataIndex) ? 'circle' : 'none',
    symbolSize: 5,
    lineStyle: { color, width: lineWidthPx(chart), type: style },
    itemStyle: { color },
    z: colour === 'quiet' ? 3 : 4,
  }
}

/** Thinner where there is more than one value a pixel. */
function lineWidthPx({ isStacked, x }: LineChart): number {
  return isStacked || x.length > WIDTH_PX ? 1 : 2
}

/** Values between gaps, which no line would show. */
function pointsAlone(values: ChartSeries['values']): ReadonlySet<number> {
  const isGap = (index: number) => (values[index] ?? null) === null
  return new Set(values.flatMap((_, i) => (!isGap(i) && isGap(i - 1) && isGap(i + 1) ? [i] : [])))
}

/** The area between two lines; a gap in either one parts it. */
function bandSeries(
  { low, high, colour }: ChartBand,
  { name, x, scales }: { readonly name: string; readonly x: readonly number[]; readonly scales: Scales },
): SeriesOption {
  const pieces: [number, number, number][][] = [[]]
  x.forEach((at, i) => {
    const [under, over] = [scales.y.place(low[i] ?? null), scales.y.place(high[i] ?? null)]
    if (under === null || over === null) pieces.push([])
    else pieces[pieces.length - 1]?.push([at, under, over])
  })
  const drawn = pieces.filter(({ length }) => length > 1)
  const renderItem: CustomSeriesOption['renderItem'] = ({ dataIndex }, api) => {
    const piece = drawn[dataIndex] ?? []
    const lower = piece.map(([at, under]) => api.coord([at, under]))
    const upper = piece.map(([at, , over]) => api.coord([at, over])).reverse()
    return {
      type: 'polygon',
      shape: { points: [...lower, ...upper] },
      style: { fill: colourOf(colour), opacity: 0.2 },
    }
  }
  return {
    type: 'custom',
    name,
    clip: true,
    data: drawn.map(([first]) => [first?.[0] ?? 0, first?.[1] ?? 0]),
    renderItem,
    itemStyle: { color: colourOf(colour), opacity: 0.3 },
    z: 2,
  }
}
