/**
 * Axes of a picture, on which all values stand linearly: a logarithmic one holds the logarithms, so that bounds, bands and
 * stacks need not know.
 */
import type { ChartAxis } from '../../model/chart.ts'
import type { AxisView } from '../../text/chart-axis.ts'

export interface Tick {
  /** Its place, as `place` says. */
  readonly at: number
  readonly text: string
}

export interface Scale {
  readonly min: number
  readonly max: number
  readonly ticks: readonly Tick[]
  /** Places a value between `min` and `max`; null for one without a place. */
  place(value: number | null): number | null
}

/** The two axes of a plot. */
export interface Scales {
  readonly x: Scale
  readonly y: Scale
}

export function scaleOf({ isLog = false }: Pick<ChartAxis, 'isLog'>, { min, max, ticks }: AxisView): Scale {
  const place = (value: number | null) => {
    if (!isLog || value === null) return value
    return value > 0 ? Math.log10(value) : null
  }
  const placed = (value: number) => place(value) ?? 0
  return {
    min: placed(min),
    max: placed(max),
    ticks: ticks.map(({ value, label }) => ({ at: placed(value), text: label })),
    place,
  }
}
