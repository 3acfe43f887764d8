/** Which charts a run is shown by: first the two that show why its verdict is what it is, then everything else. */

import { comparedMetric } from '../analysis/comparison/compared-metric.ts'
import { metricOf } from '../analysis/metrics/catalogue.ts'
import type { Chart, ChartSubject, RunCharts } from '../model/chart.ts'
import { gateDemand } from '../model/demand.ts'
import type { Risk, VerdictReason } from '../model/verdict.ts'
import { componentWaterfall } from './component-waterfall.ts'
import { latencyHeatMap } from './latency-heat-map.ts'
import { latencyOverTime } from './latency-over-time.ts'
import {
  agentsOverTime,
  componentsOverTime,
  cpuOverTime,
  errorRatioOverTime,
  errorsOverTime,
  loopOverTime,
  memoryOverTime,
  rateOverTime,
  regionsOverTime,
  startDelayOverTime,
} from './over-time.ts'
import { percentileSpectrum } from './percentile-spectrum.ts'
import { type ChartedRun, RunSeries } from './run-series.ts'

type ChartMaker = (series: RunSeries, step: string | null) => Chart | null

/** By what is to be seen, in the order of a report. */
const MAKERS = {
  latency: latencyOverTime,
  spectrum: percentileSpectrum,
  rate: rateOverTime,
  errors: errorsOverTime,
  errorRatio: errorRatioOverTime,
  heatMap: latencyHeatMap,
  waterfall: componentWaterfall,
  components: componentsOverTime,
  cpu: cpuOverTime,
  memory: memoryOverTime,
  startDelay: startDelayOverTime,
  loop: loopOverTime,
  agents: agentsOverTime,
  regions: regionsOverTime,
} as const satisfies Record<ChartSubject, ChartMaker>

const FIRST_COUNT = 2
/** What a run is shown by when nothing else was found to say. */
const USUAL: readonly ChartSubject[] = ['latency', 'rate', 'spectrum']

/** All charts of a run; first those of the worst risk, at the step where it is. */
export function runCharts(run: ChartedRun): RunCharts {
  const series = new RunSeries(run)
  const { subjects, step } = shownFirst(series)
  const first = chartsOf(series, subjects, step).slice(0, FIRST_COUNT)
  const shown = new Set(first.map(({ id }) => id))
  const others = chartsOf(series, Object.keys(MAKERS) as ChartSubject[], null)
  return { first, others: others.filter(({ id }) => !shown.has(id)) }
}

function chartsOf(series: RunSeries, subjects: readonly ChartSubject[], step: string | null): Chart[] {
  const makers: Record<ChartSubject, ChartMaker> = MAKERS
  const wanted = [...new Set(subjects)]
  return wanted.map((subject) => makers[subject](series, step)).filter((chart) => chart !== null)
}

interface Shown {
  readonly subjects: readonly ChartSubject[]
  /** Null for all. */
  readonly step: string | null
}

/** Of the worst risk; of the instrument where that is why nothing can be said. */
function shownFirst(series: RunSeries): Shown {
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
function subjectsOf({ verdict }: RunSeries, { id }: Risk): readonly ChartSubject[] {
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
