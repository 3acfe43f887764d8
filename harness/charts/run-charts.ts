/** The charts that a run is shown by: first the two that show why its verdict is what it is, then everything else. */

import { comparedMetric } from '../analysis/comparison/compared-metric.ts'
import { metricOf } from '../analysis/metrics/catalogue.ts'
import { CHART_SUBJECTS, type Chart, type ChartSubject, type RunCharts } from '../model/chart.ts'
import { gateDemand } from '../model/demand.ts'
import type { Risk, VerdictReason } from '../model/verdict.ts'
import { componentWaterfall } from './component-waterfall.ts'
import { errorRatioOverTime } from './error-ratio.ts'
import { latencyHeatMap } from './latency-heat-map.ts'
import { OVER_TIME, type OverTimeSubject, overTimeChart } from './over-time.ts'
import { percentileSpectrum } from './percentile-spectrum.ts'
import { type ChartedRun, RecordSeries } from './record-series.ts'

type ChartMaker = (series: RecordSeries, step: string | null) => Chart | null

/** Charts that only a record can make: they need histograms and steps. */
const OF_RECORDS = {
  spectrum: percentileSpectrum,
  errorRatio: errorRatioOverTime,
  heatMap: latencyHeatMap,
  waterfall: componentWaterfall,
} as const satisfies Readonly<Record<Exclude<ChartSubject, OverTimeSubject>, ChartMaker>>

const FIRST_COUNT = 2
/** The charts of a run about which nothing else was found to say. */
const USUAL: readonly ChartSubject[] = ['latency', 'rate', 'spectrum']

/** All charts of a run; first those of the worst risk, at the step where it is. */
export function runCharts(run: ChartedRun): RunCharts {
  const series = new RecordSeries(run)
  const { subjects, step } = shownFirst(series)
  const first = chartsOf(series, subjects, step).slice(0, FIRST_COUNT)
  const shown = new Set(first.map(({ id }) => id))
  const others = chartsOf(series, CHART_SUBJECTS, null)
  return { first, others: others.filter(({ id }) => !shown.has(id)) }
}

function chartsOf(series: RecordSeries, subjects: readonly ChartSubject[], step: string | null): Chart[] {
  const wanted = [...new Set(subjects)]
  return wanted.map((subject) => chartOf(series, subject, step)).filter((chart) => chart !== null)
}

function chartOf(series: RecordSeries, subject: ChartSubject, step: string | null): Chart | null {
  if (!isOverTime(subject)) return OF_RECORDS[subject](series, step)
  // Of a single step only response times are told apart.
  const of = subject === 'latency' ? step : null
  return overTimeChart(subject, series.overTime(of), of)
}

function isOverTime(subject: ChartSubject): subject is OverTimeSubject {
  return (OVER_TIME as readonly ChartSubject[]).includes(subject)
}

interface Shown {
  readonly subjects: readonly ChartSubject[]
  /** Null for all. */
  readonly step: string | null
}

/** The subjects of the worst risk; those of the instrument where that is why nothing can be said. */
function shownFirst(series: RecordSeries): Shown {
  const { verdict, view } = series
  const [worst] = verdict.risks
  if (verdict.outcome === 'GO') return { subjects: USUAL, step: null }
  if (verdict.outcome === 'INCONCLUSIVE')
    return { subjects: [...instrumentSubjects(verdict.validity.reasons), ...USUAL], step: null }
  if (worst === undefined) return { subjects: USUAL, step: null }
  const objective = verdict.objectives.find(({ id }) => id === worst.id)
  const subjects = subjectsOf(series, worst)
  const step = objective?.labels['step'] ?? worst.step
  return {
    subjects: [...subjects, ...USUAL],
    step: view.steps.length > 1 && view.steps.includes(step ?? '') ? step : null,
  }
}

/** The charts of the metric that a risk is about. */
function subjectsOf({ verdict }: RecordSeries, { id }: Risk): readonly ChartSubject[] {
  const { objectives, comparison } = verdict
  const judged = objectives.find((objective) => objective.id === id)
  if (judged !== undefined) return metricOf(judged).charts
  const check = comparison?.checks.find((each) => gateDemand(each, comparison.baseline).id === id)
  return check === undefined ? [] : metricOf(comparedMetric(check)).charts
}

/** Starts that were missing or late show in the rate; all else in the loop. */
function instrumentSubjects(reasons: readonly VerdictReason[]): readonly ChartSubject[] {
  if (reasons.length === 0) return []
  return reasons.some(({ code }) => /PLAN|DROP/.test(code))
    ? ['rate', 'startDelay', 'loop']
    : ['startDelay', 'loop']
}
