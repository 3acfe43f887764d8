/**
 * Axes of charts as data: where they begin and end, and which values are written at them. Whatever draws a chart takes
 * them from here, so that a page, a picture and a report show the same axis where they have the same room.
 */
import type {
  ChartAxis,
  ChartBound,
  ChartUnit,
  HeatMapChart,
  LineChart,
  WaterfallChart,
} from '../model/chart.ts'
import { formatOnChart } from './chart-text.ts'

export interface AxisTick {
  readonly value: number
  readonly label: string
}

export interface AxisView {
  readonly min: number
  readonly max: number
  readonly ticks: readonly AxisTick[]
}

/** The room along an axis, for labels side by side. */
export interface AxisRoom {
  readonly widthPx: number
  textWidthPx(text: string): number
}

/** Between labels of the x axis, px. */
const TICK_GAP_PX = 18
const X_TICKS_MAX = 9
const Y_STEPS = 5
/** So that with powers of two one decimal is enough: `1.5 GiB`, never 1.25. */
const Y_STEPS_OF_BYTES = 4
/** A bound beyond this many times the highest value would press everything else to the ground. */
const REACH = 3

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Steps from ten seconds on in which people read a clock, ms. */
const CLOCK_STEPS_MS = [10, 15, 30]
  .map((seconds) => seconds * SECOND)
  .concat([1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE))
  .concat([1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * HOUR))

/** Percentiles that have a name. */
const QUANTILES = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999]

/** True for a bound that can be drawn at its level; others are named at the upper edge. */
export function isWithinReach(bound: number, highest: number): boolean {
  return bound <= highest * REACH || highest <= 0
}

/** The y axis of lines. @param low lowest and highest value that are drawn, null for none */
export function lineValueAxis(
  { yAxis, bounds }: Pick<LineChart, 'yAxis' | 'bounds'>,
  low: number | null,
  high: number | null,
): AxisView {
  return valueAxis(yAxis, [low ?? 0, high ?? 0, ...reachedLevels(bounds, high ?? 0)])
}

/** The y axis of a heat map. */
export function heatValueAxis({ yAxis, yEdges, bounds }: HeatMapChart): AxisView {
  const [low = 1, high = 10] = [yEdges[0], yEdges.at(-1)]
  return valueAxis(yAxis, [low, high, ...reachedLevels(bounds, high)])
}

/** The axis that all bars of a waterfall share. */
export function waterfallAxis({ axis, rows }: WaterfallChart): AxisView {
  return valueAxis(
    axis,
    rows.flatMap(({ parts }) => parts.flatMap(({ from, to }) => [from, to])),
  )
}

function reachedLevels(bounds: readonly ChartBound[], highest: number): number[] {
  return bounds.map(({ value }) => value).filter((value) => isWithinReach(value, highest))
}

/** From zero, or from a round value below the least if logarithmic, to a round value above the greatest. */
export function valueAxis(axis: ChartAxis, values: readonly number[]): AxisView {
  if (axis.isLog === true) return logAxis(axis.unit, values)
  const low = values.reduce((least, value) => Math.min(least, value), 0)
  const greatest = values.reduce((most, value) => Math.max(most, value), low)
  const high = greatest > low ? greatest : low + unitSpan(axis.unit)
  const step = valueStep(axis.unit, low, high)
  const [min, max] = [Math.floor(round(low / step)) * step, Math.ceil(round(high / step)) * step]
  return { min, max, ticks: linearTicks(axis.unit, min, max, step) }
}

/** The ticks of a y axis between ends that `valueAxis` chose, or a reader by zooming. */
export function valueTicks(axis: ChartAxis, min: number, max: number): AxisTick[] {
  if (axis.isLog === true) return logTicks(axis.unit, min, max)
  return linearTicks(axis.unit, min, max, valueStep(axis.unit, min, max))
}

/** The ticks of an x axis between two values: as many as stand side by side. */
export function placeTicks(
  chart: Pick<LineChart, 'xAxis' | 'x' | 'xLabels'>,
  min: number,
  max: number,
  room: AxisRoom,
): AxisTick[] {
  const { xAxis, x, xLabels } = chart
  if (xLabels !== null) {
    const labelled = x.map((value, i) => ({ value, label: xLabels[i] ?? '' }))
    return spaced(within(labelled, min, max), max - min, room)
  }
  return timeTicks(xAxis, min, max, room)
}

/** The ticks of an axis without labels of its own. */
export function timeTicks({ unit }: ChartAxis, min: number, max: number, room: AxisRoom): AxisTick[] {
  if (unit === 'percentile') return spaced(within(percentileTicks(), min, max), max - min, room)
  for (let count = X_TICKS_MAX; count > 1; count--) {
    const ticks = linearTicks(unit, min, max, stepOf(unit, (max - min) / count))
    if (fits(ticks, max - min, room)) return ticks
  }
  return []
}

/** Every tick, or every second, third ... one, counted from the end: the newest run is the one that people look for. */
export function everyNth(ticks: readonly AxisTick[], countMax: number): AxisTick[] {
  const every = Math.max(1, Math.ceil(ticks.length / countMax))
  return ticks.filter((_, i) => (ticks.length - 1 - i) % every === 0)
}

/** The last tick always; those before it where their labels do not touch. */
function spaced(ticks: readonly AxisTick[], span: number, room: AxisRoom): AxisTick[] {
  const kept: AxisTick[] = []
  for (const tick of ticks.toReversed()) if (fits([tick, ...kept.slice(0, 1)], span, room)) kept.unshift(tick)
  return kept
}

function within(ticks: readonly AxisTick[], min: number, max: number): AxisTick[] {
  return ticks.filter(({ value }) => value >= min && value <= max)
}

function fits(ticks: readonly AxisTick[], span: number, { widthPx, textWidthPx }: AxisRoom): boolean {
  return ticks.every(({ value, label }, i) => {
    const next = ticks[i + 1]
    if (next === undefined) return true
    const neededPx = (textWidthPx(label) + textWidthPx(next.label)) / 2 + TICK_GAP_PX
    return ((next.value - value) / span) * widthPx >= neededPx
  })
}

function linearTicks(unit: ChartUnit, min: number, max: number, step: number): AxisTick[] {
  const first = Math.ceil(round(min / step))
  const count = Math.floor(round(max / step)) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => tickAt(round((first + i) * step), unit))
}

function percentileTicks(): AxisTick[] {
  return QUANTILES.map((quantile) => tickAt(round(Math.log10(1 / (1 - quantile))), 'percentile'))
}

function tickAt(value: number, unit: ChartUnit): AxisTick {
  return { value, label: formatOnChart(value, unit) }
}

/** Between round values. */
function logAxis(unit: ChartUnit, values: readonly number[]): AxisView {
  const positive = values.filter((value) => value > 0)
  const low = positive.reduce((least, value) => Math.min(least, value), positive[0] ?? 1)
  const high = positive.reduce((most, value) => Math.max(most, value), positive[0] ?? 10)
  const round125 = roundValues(low, high)
  const min = round125.filter((value) => value <= low * (1 + 1e-9)).at(-1) ?? 1
  const max = round125.find((value) => value >= high * (1 - 1e-9) && value > min) ?? min * 10
  return { min, max, ticks: logTicks(unit, min, max) }
}

/** Powers of ten; where they are few, 2 and 5 between them. */
function logTicks(unit: ChartUnit, min: number, max: number): AxisTick[] {
  return roundValues(min, max)
    .filter((value) => value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9))
    .map((value) => tickAt(value, unit))
}

/** Round values from below `low` to above `high`. */
function roundValues(low: number, high: number): number[] {
  const digits = Math.log10(high / low) > 3 ? [1] : [1, 2, 5]
  const from = Math.floor(Math.log10(low)) - 1
  return Array.from({ length: Math.ceil(Math.log10(high)) - from + 2 }, (_, i) =>
    digits.map((digit) => round(digit * 10 ** (from + i))),
  ).flat()
}

function valueStep(unit: ChartUnit, low: number, high: number): number {
  return stepOf(unit, (high - low) / (unit === 'bytes' ? Y_STEPS_OF_BYTES : Y_STEPS))
}

/** The smallest step that people count in and that is not below a size. */
function stepOf(unit: ChartUnit, least: number): number {
  if (unit === 'bytes') return 2 ** Math.max(0, Math.ceil(round(Math.log2(least))))
  if (unit === 'ms') return clockStepMs(least)
  if (unit === 's') return clockStepMs(least * SECOND) / SECOND
  const step = decimalStep(least)
  return unit === 'count' || unit === 'run' ? Math.max(1, step) : step
}

function clockStepMs(leastMs: number): number {
  if (leastMs <= 5 * SECOND) return decimalStep(leastMs)
  return CLOCK_STEPS_MS.find((stepMs) => stepMs >= leastMs) ?? decimalStep(leastMs / (24 * HOUR)) * 24 * HOUR
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9)
  return round(([1, 2, 5].find((digit) => digit * power >= least * (1 - 1e-9)) ?? 10) * power)
}

/** The length of an axis where everything is zero. */
function unitSpan(unit: ChartUnit): number {
  return unit === 'ratio' ? 0.01 : 1
}

/** Rounds away what binary fractions add. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}
