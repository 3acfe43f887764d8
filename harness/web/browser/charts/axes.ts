/** Axes of charts as uPlot draws them. */
import type uPlot from 'uplot'
import type { ChartAxis, LineChart } from '../../../model/chart.ts'
import { type AxisTick, placeTicks, valueTicks } from '../../../text/chart-axis.ts'
import type { ChartPalette } from '../../../text/chart-palette.ts'

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
const CHARACTER_PX = 7.5
/** The y axis and the padding: what the plot itself is narrower by is not known before its axes are laid out. */
const BESIDE_PX = 80
const textWidthPx = (text: string) => CHARACTER_PX * text.length

/** The x axis, with as many labels as stand side by side. @param shown gives the chart as it is by now */
export function placeAxis(
  shown: () => Pick<LineChart, 'xAxis' | 'x' | 'xLabels'>,
  palette: ChartPalette,
): uPlot.Axis {
  const ticksOf = (plot: uPlot, min: number, max: number) =>
    placeTicks(shown(), min, max, { widthPx: plot.width - BESIDE_PX, textWidthPx })
  return { ...axisOf(shown().xAxis, palette, ticksOf), size: 26 }
}

/** The y axis, as wide as its widest label. */
export function valueAxis(axis: ChartAxis, palette: ChartPalette): uPlot.Axis {
  return {
    ...axisOf(axis, palette, (_plot, min, max) => valueTicks(axis, min, max)),
    size: (_plot, texts) => 18 + Math.max(3 * CHARACTER_PX, ...(texts ?? []).map(textWidthPx)),
  }
}

function axisOf(
  { label }: ChartAxis,
  palette: ChartPalette,
  ticksOf: (plot: uPlot, min: number, max: number) => readonly AxisTick[],
): uPlot.Axis {
  let ticks: readonly AxisTick[] = []
  return {
    label,
    labelFont: FONT,
    labelSize: 22,
    labelGap: 0,
    font: FONT,
    gap: 4,
    stroke: palette.text,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
    splits: (plot, _axis, min, max) => {
      ticks = ticksOf(plot, min, max)
      return ticks.map(({ value }) => value)
    },
    // All of them: uPlot would leave some out of a logarithmic axis.
    filter: (_plot, splits) => splits,
    values: (_plot, splits) => splits.map((value) => ticks.find((tick) => tick.value === value)?.label ?? ''),
  }
}
