/** A run over time as charts are made of it, whether it is stored, watched or remembered. Nothing in here needs Node. */
import type {
  ChartAxis,
  ChartBound,
  ChartMark,
  ChartSeries,
  ChartSubject,
  ChartUnit,
  LineChart,
  SubjectBound,
} from '../model/chart.ts'
import type { RunPoint } from '../model/run-point.ts'

export interface RunSeries {
  readonly points: readonly RunPoint[]
  /** True where journeys start by plan and not when the last one is over; null: not known. */
  readonly isOpen: boolean | null
  readonly bounds: readonly SubjectBound[]
  readonly marks: readonly ChartMark[]
}

export const TIME_AXIS: ChartAxis = { label: 'time in the run', unit: 's' }

/** The bounds that a chart draws: of objectives about the step, else of those about no step in particular. */
export function boundsOn(
  bounds: readonly SubjectBound[],
  subject: ChartSubject,
  step: string | null = null,
): ChartBound[] {
  const all = bounds.filter(({ subjects }) => subjects.includes(subject))
  const ofStep = all.filter((bound) => bound.step === step)
  const fitting = ofStep.length > 0 ? ofStep : all.filter((bound) => bound.step === null)
  const drawn = fitting
    .map(({ objective, label, value }) => ({ objective, label, value }))
    .sort((a, b) => b.value - a.value)
  return drawn.filter(
    ({ label, value }, i) => drawn.findIndex((other) => other.label === label && other.value === value) === i,
  )
}

interface LinesOverTime extends Pick<LineChart, 'id' | 'title' | 'note' | 'bounds'> {
  readonly label: string
  readonly unit: ChartUnit
  readonly isLog?: boolean
  readonly isStacked?: boolean
  readonly lines: readonly ChartSeries[]
}

/** Lines over the middles of the intervals of a run, with its marks. */
export function chartOver(
  { points, marks }: Pick<RunSeries, 'points' | 'marks'>,
  { id, title, note, label, unit, isLog = false, isStacked = false, lines, bounds }: LinesOverTime,
): LineChart {
  return {
    kind: 'lines',
    id,
    title,
    note,
    xAxis: TIME_AXIS,
    x: points.map(middleS),
    xLabels: null,
    yAxis: { label, unit, isLog },
    series: lines,
    isStacked,
    bands: [],
    bounds,
    marks,
  }
}

/** The middle of an interval, in seconds of the run. */
function middleS({ startMs, endMs }: RunPoint): number {
  return Number(((startMs + endMs) / 2000).toPrecision(6))
}
