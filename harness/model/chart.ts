/**
 * A picture as plain data: what it shows, with units, and nothing about how it is drawn. `charts/` makes them of
 * records; a browser draws them with uPlot (`web/browser/`), reports for mail and chat with ECharts (`reporters/pictures/`).
 */

/** Unit of an axis: of the metric catalogue, or seconds of the run (`s`), nines of a percentile, numbered runs. */
export type ChartUnit = 'ms' | 'ratio' | 'bytes' | '1/s' | 'count' | 'cores' | 's' | 'percentile' | 'run'

/** Place in the palette, which colour-blind readers can tell apart; `bad` and `quiet` mean something. */
export type ChartColour = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 'bad' | 'quiet'

export interface ChartAxis {
  readonly label: string
  readonly unit: ChartUnit
  /** Base 10; every value is above 0. */
  readonly isLog?: boolean
}

export interface ChartSeries {
  readonly label: string
  readonly colour: ChartColour
  readonly style: 'solid' | 'dashed' | 'dotted' | 'points'
  /** One a value of x; null leaves a gap. */
  readonly values: readonly (number | null)[]
}

/** An area between two lines, such as a confidence band. */
export interface ChartBand {
  readonly label: string
  readonly colour: ChartColour
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/** A level across the picture: the bound of an objective. */
export interface ChartBound {
  /** Id of the objective. */
  readonly objective: string
  readonly label: string
  readonly value: number
}

/** A bound, and the charts whose figures are held against it. */
export interface SubjectBound extends ChartBound {
  readonly subjects: readonly ChartSubject[]
  /** Step whose requests it is about; null for all. */
  readonly step: string | null
}

/** An instant or a stretch of x: `toX` null for an instant. */
export interface ChartMark {
  readonly kind: 'phase' | 'breach' | 'stop' | 'rollback' | 'change'
  /** Id of the objective that was breached; null for other marks. */
  readonly objective: string | null
  readonly label: string
  readonly x: number
  readonly toX: number | null
}

/** Lines over a common x. */
export interface LineChart {
  readonly kind: 'lines'
  /** Unique on a page and fit for a file name: `latency-over-time`. */
  readonly id: string
  readonly title: string
  /** One sentence on how to read it; '' when there is nothing to say. */
  readonly note: string
  readonly xAxis: ChartAxis
  /** Rising. Of a percentile axis: log10(1 / (1 - quantile)), 0 for the smallest, 2 for p99. */
  readonly x: readonly number[]
  /** Labels of the values of x, in their order, where figures do not say it: run ids; null for plain figures. */
  readonly xLabels: readonly string[] | null
  readonly yAxis: ChartAxis
  readonly series: readonly ChartSeries[]
  /** Areas upon one another instead of lines; their sum is what counts. */
  readonly isStacked: boolean
  readonly bands: readonly ChartBand[]
  readonly bounds: readonly ChartBound[]
  readonly marks: readonly ChartMark[]
}

/** Counts by time and value. */
export interface HeatMapChart {
  readonly kind: 'heat-map'
  readonly id: string
  readonly title: string
  readonly note: string
  readonly xAxis: ChartAxis
  /** Edges of the columns, one more than columns. */
  readonly xEdges: readonly number[]
  readonly yAxis: ChartAxis
  /** Edges of the rows from below, one more than rows. */
  readonly yEdges: readonly number[]
  /** By column, then row from below. */
  readonly counts: readonly (readonly number[])[]
  /** Steps of counts that are told apart by their colour, from few to many. */
  readonly shades: readonly { readonly from: number; readonly to: number }[]
  readonly bounds: readonly ChartBound[]
}

/** Bars whose parts begin where the one before ends: where the time of a request goes. */
export interface WaterfallChart {
  readonly kind: 'waterfall'
  readonly id: string
  readonly title: string
  readonly note: string
  readonly axis: ChartAxis
  readonly kinds: readonly { readonly label: string; readonly colour: ChartColour }[]
  readonly rows: readonly {
    readonly label: string
    /** Parts in their order; `kind` is an index of `kinds`. */
    readonly parts: readonly { readonly kind: number; readonly from: number; readonly to: number }[]
  }[]
}

export type Chart = LineChart | HeatMapChart | WaterfallChart

/** The subjects of the charts of a run, in the order of a report. */
export const CHART_SUBJECTS = [
  'latency',
  'spectrum',
  'rate',
  'errors',
  'errorRatio',
  'heatMap',
  'waterfall',
  'components',
  'cpu',
  'memory',
  'startDelay',
  'loop',
  'agents',
  'regions',
] as const
export type ChartSubject = (typeof CHART_SUBJECTS)[number]

/** Charts of a finished run. */
export interface RunCharts {
  /** The two that show why the verdict is what it is. */
  readonly first: readonly Chart[]
  readonly others: readonly Chart[]
}
