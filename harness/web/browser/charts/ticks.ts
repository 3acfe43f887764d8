/** Where ticks stand: round figures of each unit, and how wide an axis has to be for them. */
import type uPlot from 'uplot'
import type { ChartAxis, ChartUnit, LineChart } from '../../../model/chart.ts'
import type { ChartPalette } from '../../../text/chart-palette.ts'
import { formatOnChart } from '../../../text/chart-text.ts'

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
const CHARACTER_PX = 7.5
/** Room for `99.999 %`, and the axes beside the picture. */
const NINE_TEXT_PX = 68
const SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
]
const WHOLE = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((part) => part * 10 ** power)).flat()
const BYTES = Array.from({ length: 44 }, (_, power) => 2 ** power)

/** An axis in the colours of the page, its ticks with units. */
export function axisOf(
  axis: ChartAxis,
  palette: ChartPalette,
  chart: Pick<LineChart, 'x' | 'xLabels'> | null,
): uPlot.Axis {
  const incrs = incrementsOf(axis.unit)
  return {
    label: axis.label,
    labelFont: FONT,
    labelSize: 22,
    labelGap: 0,
    font: FONT,
    gap: 4,
    stroke: palette.text,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
    values: (_plot, splits) => splits.map((value) => tickText(value, axis.unit, chart)),
    ...(incrs === null ? {} : { incrs }),
    ...splitsOf(axis),
  }
}

/** A horizontal axis leaves room for its texts. */
export function timeAxisOf(...given: Parameters<typeof axisOf>): uPlot.Axis {
  return { ...axisOf(...given), space: 60, size: 26 }
}

/** A vertical axis is as wide as its widest text. */
export function valueAxisOf(axis: ChartAxis, palette: ChartPalette): uPlot.Axis {
  return {
    ...axisOf(axis, palette, null),
    space: 34,
    size: (_plot, texts) => 18 + CHARACTER_PX * Math.max(3, ...(texts ?? []).map((text) => text.length)),
  }
}

/** Round figures at or below and at or above the values of a logarithmic axis. */
export function logRange(low: number, high: number): uPlot.Range.MinMax {
  if (!(low > 0 && high > 0)) return [1, 10]
  const [from, to] = [roundDown(low), roundUp(high)]
  return from < to ? [from, to] : [from, to * 10]
}

function incrementsOf(unit: ChartUnit): number[] | null {
  if (unit === 's') return SECONDS
  if (unit === 'bytes') return BYTES
  // There are no halves of them.
  if (unit === 'run' || unit === 'count') return WHOLE
  return null
}

function tickText(
  value: number | null,
  unit: ChartUnit,
  chart: Pick<LineChart, 'x' | 'xLabels'> | null,
): string {
  if (value === null) return ''
  return (chart === null ? undefined : labelAt(chart, value)) ?? formatOnChart(value, unit)
}

/** What stands at a value of x; undefined where figures say it, and between two of them. */
export function labelAt({ x, xLabels }: Pick<LineChart, 'x' | 'xLabels'>, value: number): string | undefined {
  return xLabels?.[x.indexOf(value)]
}

function splitsOf({ unit, isLog = false }: ChartAxis): Pick<uPlot.Axis, 'splits' | 'filter'> {
  const filter: uPlot.Axis.Filter = (_plot, splits) => splits
  if (unit === 'percentile')
    return { splits: (plot, _axis, low, high) => nines(low, high, plot.width), filter }
  if (isLog) return { splits: (_plot, _axis, low, high) => logTicks(low, high), filter }
  return {}
}

/** The last nine always; others where their texts do not touch. */
function nines(low: number, high: number, widthPx: number): number[] {
  const all = [Math.log10(2), 1, 2, 3, 4, 5, 6, 7, 8].filter((place) => place >= low && place <= high)
  const apart = ((high - low) * NINE_TEXT_PX) / widthPx
  const kept: number[] = []
  for (const place of all.reverse()) {
    const [next] = kept
    if (next === undefined || next - place >= apart) kept.unshift(place)
  }
  return kept
}

function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low)
  const steps = decades > 2.5 ? [1] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const step of steps) ticks.push(step * 10 ** power)
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001)
}

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([5, 2, 1].find((step) => step * power <= value * 1.0001) ?? 1) * power
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value * 0.9999) ?? 10) * power
}
