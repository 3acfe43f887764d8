/**
 * Axes: where values stand, and at which of them a figure is written. All axes of a picture are linear; a logarithmic one
 * holds the logarithms, so that bounds, bands and stacks need not know.
 */

import type { ChartAxis, ChartUnit } from '../../model/chart.ts'
import { formatOnChart } from '../../text/chart-text.ts'
import { shortText, textWidthPx } from './text.ts'

export interface Tick {
  /** Where it stands: as `place` says. */
  readonly at: number
  readonly text: string
}

export interface Scale {
  readonly min: number
  readonly max: number
  readonly ticks: readonly Tick[]
  /** Where a value stands between `min` and `max`; null for what has no place. */
  place(value: number | null): number | null
}

/** The two axes of a plot. */
export interface Scales {
  readonly lying: Scale
  readonly upright: Scale
}

/** Between figures of the x axis, px. */
const TICK_GAP_PX = 18
const RUN_LABEL_PX = 120
const X_TICKS_MAX = 9
const Y_STEPS = 5
/** So that with powers of two one decimal is enough: `1.5 GiB`, never 1.25. */
const Y_STEPS_OF_BYTES = 4

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Steps from ten seconds on in which people read a clock, ms. */
const CLOCK_STEPS_MS = [10, 15, 30]
  .map((seconds) => seconds * SECOND)
  .concat([1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE))
  .concat([1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * HOUR))

/** Percentiles that have a name, by nines. */
const PERCENTILES = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999]

/** The upright axis: from zero, or from a round value below the least if logarithmic, to a round value above the greatest. */
export function uprightScale(axis: ChartAxis, values: readonly number[]): Scale {
  if (axis.isLog === true) return logScale(axis, values)
  const low = values.reduce((least, value) => Math.min(least, value), 0)
  const greatest = values.reduce((most, value) => Math.max(most, value), low)
  const high = greatest > low ? greatest : low + unitSpan(axis.unit)
  const stepCount = axis.unit === 'bytes' ? Y_STEPS_OF_BYTES : Y_STEPS
  const stepSize = stepOf(axis.unit, (high - low) / stepCount)
  const min = Math.floor(round(low / stepSize)) * stepSize
  const max = Math.ceil(round(high / stepSize)) * stepSize
  return { min, max, ticks: linearTicks(axis.unit, { min, max }, stepSize), place: (value) => value }
}

/** The lying axis: exactly from the first to the last value, with as many figures as fit. */
export function lyingScale(axis: ChartAxis, ends: readonly [number, number], widthPx: number): Scale {
  if (axis.isLog === true) return logScale(axis, ends)
  const [min, max] = ends[0] < ends[1] ? ends : [ends[0] - 0.5, ends[0] + 0.5]
  const place = (value: number | null) => value
  if (axis.unit === 'percentile') return { min, max, ticks: percentileTicks(min, max), place }
  for (let count = X_TICKS_MAX; count > 1; count--) {
    const ticks = linearTicks(axis.unit, { min, max }, stepOf(axis.unit, (max - min) / count))
    if (fits(ticks, widthPx / (max - min))) return { min, max, ticks, place }
  }
  return { min, max, ticks: [], place }
}

/** An axis of numbered runs under their labels: every run, or every second, third ... one. */
export function runScale(x: readonly number[], labels: readonly string[], countMax: number): Scale {
  const every = Math.max(1, Math.ceil(x.length / countMax))
  // From the end: the newest run is the one that people look for.
  const ticks = x.flatMap((at, i) =>
    (x.length - 1 - i) % every === 0 ? [{ at, text: shortText(labels[i] ?? '', RUN_LABEL_PX) }] : [],
  )
  const [first = 0, last = first] = [x[0], x[x.length - 1]]
  return { min: first - 0.5, max: last + 0.5, ticks, place: (value) => value }
}

function fits(ticks: readonly Tick[], pxPerUnit: number): boolean {
  return ticks.every(({ at, text }, i) => {
    const next = ticks[i + 1]
    if (next === undefined) return true
    const neededPx = (textWidthPx(text) + textWidthPx(next.text)) / 2 + TICK_GAP_PX
    return (next.at - at) * pxPerUnit >= neededPx
  })
}

function linearTicks(unit: ChartUnit, { min, max }: { min: number; max: number }, stepSize: number): Tick[] {
  const first = Math.ceil(round(min / stepSize))
  const count = Math.floor(round(max / stepSize)) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const at = round((first + i) * stepSize)
    return { at, text: formatOnChart(at, unit) }
  })
}

function percentileTicks(min: number, max: number): Tick[] {
  return PERCENTILES.map((quantile) => round(Math.log10(1 / (1 - quantile))))
    .filter((at) => at >= min && at <= max)
    .map((at) => ({ at, text: formatOnChart(at, 'percentile') }))
}

/** Powers of ten; where they are few, 2 and 5 between them. */
function logScale(axis: ChartAxis, values: readonly number[]): Scale {
  const logs = values.filter((value) => value > 0).map(Math.log10)
  const low = logs.length === 0 ? 0 : logs.reduce((least, log) => Math.min(least, log))
  const high = logs.length === 0 ? 1 : logs.reduce((most, log) => Math.max(most, log))
  const digits = high - low > 3 ? [1] : [1, 2, 5]
  const from = Math.floor(low) - 1
  const all = Array.from({ length: Math.ceil(high) - from + 2 }, (_, i) =>
    digits.map((digit) => round(digit * 10 ** (from + i))),
  ).flat()
  const under = all.filter((value) => Math.log10(value) <= low + 1e-9).at(-1) ?? 1
  const over = all.find((value) => Math.log10(value) >= high - 1e-9 && value > under) ?? under * 10
  const ticks = all
    .filter((value) => value >= under && value <= over)
    .map((value) => ({ at: Math.log10(value), text: formatOnChart(value, axis.unit) }))
  const [min, max] = [Math.log10(under), Math.log10(over)]
  return { min, max, ticks, place: (value) => (value === null || value <= 0 ? null : Math.log10(value)) }
}

/** The smallest step that people count in and that is not below a size. */
function stepOf(unit: ChartUnit, least: number): number {
  if (unit === 'bytes') return 2 ** Math.max(0, Math.ceil(Math.log2(least)))
  if (unit === 'ms') return clockStepMs(least)
  if (unit === 's') return clockStepMs(least * SECOND) / SECOND
  const stepSize = decimalStep(least)
  return unit === 'count' || unit === 'run' ? Math.max(1, stepSize) : stepSize
}

function clockStepMs(leastMs: number): number {
  if (leastMs <= 5 * SECOND) return decimalStep(leastMs)
  return CLOCK_STEPS_MS.find((stepMs) => stepMs >= leastMs) ?? decimalStep(leastMs / (24 * HOUR)) * 24 * HOUR
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9)
  return round(([1, 2, 5].find((digit) => digit * power >= least * (1 - 1e-9)) ?? 10) * power)
}

/** What an axis shows where everything is zero. */
function unitSpan(unit: ChartUnit): number {
  return unit === 'ratio' ? 0.01 : 1
}

/** Without what binary fractions add. */
function round(value: number): number {
  return Number(value.toPrecision(12))
}
