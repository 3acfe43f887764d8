/** The number of series that a run makes, computed before it sends anything, and what is left out to keep within a limit. */
import type { RunPlan } from '../../model/plan.ts'
import { plannedRequests } from '../../model/plan-steps.ts'
import { TIME_BOUND_COUNT } from './classic.ts'
import type { Detail } from './labels.ts'

/** Typical numbers of outcomes and error kinds that are seen of a step. */
const OUTCOMES = 2
const ERRORS = 3
/** Server-Timing names of a typical target. */
const COMPONENTS = 5
/** Retries, bytes sent and received. */
const COUNTERS = 3
/** Start delay, connect time, time to first byte. */
const DELAYS = 3
/** Starts, loads, generator and state of a whole run. */
const RUN_SERIES = 25
const SERIES_PER_OBJECTIVE = 5
/** Beside its bounds: count, sum, the bucket of all, and when it began. */
const CLASSIC_EXTRAS = 4

export interface SeriesBudget {
  readonly series: number
  readonly detail: Detail
  /** The labels that were left out, for people. */
  readonly leftOut: readonly string[]
  /** True when code sends requests whose names are not known before. */
  readonly hasUnknownSteps: boolean
}

interface Wanted {
  readonly maxSeries: number
  readonly componentsByStep: boolean
  /** True when some output writes histograms with bounds. */
  readonly isClassic: boolean
}

const CUTS = [
  ['componentsByStep', 'components by step'],
  ['delaysByStep', 'start delay, connect time and time to first byte by step'],
  ['errorsByStep', 'errors by step'],
] as const

/** Leaves out labels, in the order of `CUTS`, until the series fit; what does not fit then is told as it is. */
export function seriesBudget(
  plan: RunPlan,
  { maxSeries, componentsByStep, isClassic }: Wanted,
): SeriesBudget {
  let detail: Detail = { componentsByStep, delaysByStep: true, errorsByStep: true }
  const leftOut: string[] = []
  for (const [label, text] of CUTS) {
    if (seriesOf(plan, detail, isClassic) <= maxSeries) break
    if (!detail[label]) continue
    detail = { ...detail, [label]: false }
    leftOut.push(text)
  }
  return {
    series: seriesOf(plan, detail, isClassic),
    detail,
    leftOut,
    hasUnknownSteps: plan.login === 'code' || plan.journeys.some(({ steps }) => steps === null),
  }
}

function seriesOf(plan: RunPlan, detail: Detail, isClassic: boolean): number {
  const { componentsByStep, delaysByStep, errorsByStep } = detail
  const steps = new Set(plannedRequests(plan).map(({ name }) => name)).size
  const phases = plan.phases.length
  const bounds = plan.objectives.filter(({ watch, builtIn }) => watch !== null && !builtIn).length
  const histogram = isClassic ? TIME_BOUND_COUNT + CLASSIC_EXTRAS + bounds : 1
  // A counter of an endpoint has a series that says when it began.
  const counter = isClassic ? 2 : 1
  const byStep =
    (OUTCOMES + COUNTERS + (errorsByStep ? ERRORS : 0)) * counter +
    (OUTCOMES + 1 + (delaysByStep ? DELAYS : 0)) * histogram
  const byPhase = (errorsByStep ? 0 : ERRORS * counter) + (delaysByStep ? 0 : DELAYS) * histogram
  const components = COMPONENTS * histogram * (componentsByStep ? steps * phases : 1)
  return (
    steps * phases * byStep +
    phases * byPhase +
    components +
    RUN_SERIES +
    plan.objectives.length * SERIES_PER_OBJECTIVE
  )
}
