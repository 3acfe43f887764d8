/** Which charts a run is shown by: first the two that show why its verdict is what it is, then everything else. */
import type { Chart, RunCharts } from '../../model/chart.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { VerdictReason } from '../../model/verdict.ts'
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
} as const satisfies Record<string, ChartMaker>
type Subject = keyof typeof MAKERS

const FIRST_COUNT = 2
/** What a run is shown by when nothing else was found to say. */
const USUAL: readonly Subject[] = ['latency', 'rate', 'spectrum']

/** What shows a metric, the best first. */
const SUBJECTS: readonly (readonly [RegExp, readonly Subject[]])[] = [
  [/^(error_ratio|failed_ratio|timeout_ratio|availability|retry_ratio)$/, ['errors', 'errorRatio', 'rate']],
  [/^(throughput|goodput|requests|iterations|demand_met|plan_kept|drop_ratio)$/, ['rate', 'agents']],
  [/^(late_ratio|start_delay)$/, ['startDelay', 'loop']],
  [/^(active_agents|backlog|in_flight|backlog_drain_time)$/, ['agents', 'rate']],
  [/^component_/, ['waterfall', 'components']],
  [/^(target_cpu|probe_cpu)/, ['cpu', 'latency']],
  [/^(target_memory|probe_memory|rss_growth)/, ['memory', 'rate']],
  [/^(generator_|event_loop|gc_pause|run_queue)/, ['loop', 'startDelay']],
  [/^(response_time|service_time|ttfb|recovery_time|p\d)/, ['latency', 'spectrum']],
]

/** All charts of a run; first those of the worst risk, at the step where it is. */
export function runCharts(run: ChartedRun): RunCharts {
  const series = new RunSeries(run)
  const { subjects, step } = shownFirst(series)
  const first = chartsOf(series, subjects, step).slice(0, FIRST_COUNT)
  const shown = new Set(first.map(({ id }) => id))
  const others = chartsOf(series, Object.keys(MAKERS) as Subject[], null)
  return { first, others: others.filter(({ id }) => !shown.has(id)) }
}

function chartsOf(series: RunSeries, subjects: readonly Subject[], step: string | null): Chart[] {
  const makers: Record<Subject, ChartMaker> = MAKERS
  const wanted = [...new Set(subjects)]
  return wanted.map((subject) => makers[subject](series, step)).filter((chart) => chart !== null)
}

interface Shown {
  readonly subjects: readonly Subject[]
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
  const subjects = subjectsOf(objective?.metric ?? worst.claim)
  const step = objective?.labels['step'] ?? worst.step
  return {
    subjects: [...subjects, ...USUAL],
    step: view.steps.length > 1 && view.steps.includes(step ?? '') ? step : null,
  }
}

function subjectsOf(metric: ObjectivePlan['metric']): readonly Subject[] {
  return SUBJECTS.find(([pattern]) => pattern.test(metric))?.[1] ?? []
}

/** Starts that were missing or late show in the rate; all else in the loop. */
function instrumentSubjects(reasons: readonly VerdictReason[]): readonly Subject[] {
  if (reasons.length === 0) return []
  return reasons.some(({ code }) => /PLAN|DROP/.test(code))
    ? ['rate', 'startDelay', 'loop']
    : ['startDelay', 'loop']
}
