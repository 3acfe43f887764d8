/** Journeys that failed, and the named checks of their code. */
import type { DispatchCounts } from '../../model/interval-snapshot.ts'
import type { MeasuredView } from '../measured-view.ts'
import type { Labels, Metric, MetricValue } from './metric.ts'

const JOURNEYS = {
  unit: 'ratio',
  better: 'lower',
  labels: [],
  trust: 'counts',
  watch: 'whole-run',
  isAboutAnswers: false,
  resource: null,
  charts: ['errors', 'rate'],
  boundsOn: [],
  replaces: null,
} as const

export const JOURNEY_METRICS: readonly Metric[] = [
  {
    ...JOURNEYS,
    name: 'journey_failed_ratio',
    meaning: 'journeys and logins that a failure ended (a step that failed for good, or code) / ended',
    value: shareOfJourneys(({ failedJourneys }) => failedJourneys),
  },
  {
    ...JOURNEYS,
    name: 'code_failed_ratio',
    meaning: 'journeys and logins whose code threw or in which a check failed / ended',
    value: shareOfJourneys(({ failedByCode }) => failedByCode),
    replaces: 'code',
  },
  {
    ...JOURNEYS,
    name: 'checks',
    meaning: 'checks of code (`agent.check`) that passed / all',
    better: 'higher',
    labels: ['check', 'phase'],
    value: { kind: 'ratio', from: 'run', whole: passedRatio, samples: checkCount },
  },
]

function shareOfJourneys(part: (dispatch: DispatchCounts) => number): MetricValue {
  return {
    kind: 'ratio',
    from: 'run',
    whole: ({ dispatch }) => quotient(part(dispatch), endedOf(dispatch)),
    samples: ({ dispatch }) => endedOf(dispatch),
  }
}

function endedOf({ iterations, failedJourneys }: DispatchCounts): number {
  return iterations + failedJourneys
}

function passedRatio(view: MeasuredView, labels: Labels): number | null {
  const passed = view.checks(labels).reduce((sum, counts) => sum + counts.passed, 0)
  return quotient(passed, checkCount(view, labels))
}

function checkCount(view: MeasuredView, labels: Labels): number {
  return view.checks(labels).reduce((sum, { passed, failed }) => sum + passed + failed, 0)
}

function quotient(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
