/** Lines, stacked areas and bands as uPlot draws them. */
import type uPlot from 'uplot'
import type { ChartBand, ChartSeries, LineChart } from '../../../model/chart.ts'
import { lineValueAxis } from '../../../text/chart-axis.ts'
import { type ChartPalette, colourOf } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'
import { placeAxis, valueAxis } from './axes.ts'
import { drawBounds, drawLabels, drawStretches, labelRows } from './marks.ts'

/** The last label of such an axis needs room beyond the plot. */
const WIDE_UNITS: ReadonlySet<string> = new Set(['percentile', '1/s'])

const DASHES: Readonly<Record<ChartSeries['style'], number[]>> = {
  solid: [],
  dashed: [8, 4],
  dotted: [2, 3],
  points: [],
}
/** The same in the legend. */
const BORDERS = { solid: 'solid', dashed: 'dashed', dotted: 'dotted', points: 'dotted' } as const
const LABEL_ROW_PX = 16

/** Everything uPlot has to know but the figures. @param shown gives the chart as it is by now */
export function lineOptions(
  shown: () => LineChart,
  palette: ChartPalette,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const chart = shown()
  const { xAxis, yAxis, series, bands, isStacked } = chart
  return {
    ...size,
    padding: [8 + LABEL_ROW_PX * labelRows(chart), WIDE_UNITS.has(xAxis.unit) ? 30 : 14, 0, 4],
    scales: {
      x: { time: false, range: (_plot, low, high) => (low === high ? [low - 1, high + 1] : [low, high]) },
      y: { distr: yAxis.isLog === true ? 3 : 1, range: (_plot, low, high) => valueRange(shown(), low, high) },
    },
    axes: [placeAxis(shown, palette), valueAxis(yAxis, palette)],
    series: [
      { label: xAxis.label, value: (_plot, value) => xText(shown(), value) },
      ...series.map((_, i) => seriesOf(shown, i, palette)),
      ...bands.flatMap((_, i) => bandEdges(shown, i)),
    ],
    bands: [...(isStacked ? stackBands(chart, palette) : []), ...bandAreas(chart, palette)],
    cursor: { points: { size: 7 }, drag: { x: true, y: false, dist: 5 } },
    legend: { markers: { width: 2, dash: (_plot, i) => BORDERS[series[i - 1]?.style ?? 'solid'] } },
    hooks: {
      drawAxes: [(plot) => drawStretches(plot, shown(), palette)],
      draw: [
        (plot) => {
          drawBounds(plot, shown(), palette)
          drawLabels(plot, shown(), palette)
        },
      ],
    },
  }
}

/** Figures in the order of the series of `lineOptions`. */
export function lineFigures(chart: LineChart): uPlot.AlignedData {
  const { x, series, bands } = chart
  const lines = chart.isStacked ? stacked(series) : series.map(({ values }) => [...values])
  return [[...x], ...lines, ...bands.flatMap(({ low, high }) => [[...high], [...low]])]
}

function seriesOf(shown: () => LineChart, index: number, palette: ChartPalette): uPlot.Series {
  const { series, isStacked } = shown()
  const { label, colour, style } = series[index] as ChartSeries
  const stroke = colourOf(palette, colour)
  const onlyPoints = style === 'points'
  return {
    label,
    stroke,
    width: isStacked ? 1 : 2,
    dash: DASHES[style],
    ...(isStacked && index === 0 ? { fill: `${stroke}b3` } : {}),
    ...(onlyPoints ? { paths: () => null } : {}),
    points: onlyPoints
      ? { show: true, size: 6, fill: stroke }
      : { show: true, size: 4, fill: stroke, filter: (plot, at) => lonely(plot.data[at] ?? []) },
    value: (_plot, _value, _series, at) => valueText(shown(), shown().series[index]?.values, at),
  }
}

/** Between neighbours that are unknown there is no line to see. */
function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const alone: number[] = []
  for (let i = 0; i < values.length; i++)
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) alone.push(i)
  return alone
}

/** The upper edge stands for the band in the legend. */
function bandEdges(shown: () => LineChart, index: number): uPlot.Series[] {
  const band = shown().bands[index] as ChartBand
  const edge: uPlot.Series = { width: 0, points: { show: false } }
  return [
    {
      ...edge,
      label: band.label,
      class: 'chart-band',
      value: (_plot, _value, _series, at) => {
        const { low, high } = shown().bands[index] as ChartBand
        const [from, to] = [low, high].map((values) => valueText(shown(), values, at))
        return from === '' || from === '–' ? (from ?? '') : `${from} to ${to}`
      },
    },
    { ...edge, class: 'chart-hidden' },
  ]
}

function bandAreas({ series, bands }: LineChart, palette: ChartPalette): uPlot.Band[] {
  return bands.map(({ colour }, i) => ({
    series: [series.length + 1 + 2 * i, series.length + 2 + 2 * i],
    fill: `${colourOf(palette, colour)}38`,
  }))
}

function stackBands({ series }: LineChart, palette: ChartPalette): uPlot.Band[] {
  return series
    .slice(1)
    .map(({ colour }, i) => ({ series: [i + 2, i + 1], fill: `${colourOf(palette, colour)}b3` }))
}

function stacked(series: readonly ChartSeries[]): (number | null)[][] {
  const below: number[] = []
  return series.map(({ values }) =>
    values.map((value, i) => {
      const isKnown = series.some((each) => each.values[i] != null)
      below[i] = (below[i] ?? 0) + (value ?? 0)
      return isKnown ? (below[i] ?? 0) : null
    }),
  )
}

function valueRange(chart: LineChart, low: number | null, high: number | null): uPlot.Range.MinMax {
  const { min, max } = lineValueAxis(chart, low, high)
  return [min, max]
}

function xText(chart: LineChart, value: number | null): string {
  if (value === null) return ''
  return chart.xLabels?.[chart.x.indexOf(value)] ?? formatOnChart(value, chart.xAxis.unit)
}

function valueText(
  { yAxis }: LineChart,
  values: readonly (number | null)[] | undefined,
  at: number | null,
): string {
  if (at === null) return ''
  const value = values?.[at] ?? null
  return value === null ? '–' : formatOnChart(value, yAxis.unit)
}
