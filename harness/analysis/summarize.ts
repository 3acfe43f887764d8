/** The measured part of a record in figures. */
import { max } from 'simple-statistics'
import { lookUp } from '../base/names.ts'
import { badOf, type Counts, completedOf } from '../measure/counts.ts'
import { firstOfEachKind } from '../measure/failure-samples.ts'
import { rankOf } from '../measure/sparse-counts.ts'
import { GROUP_TIME } from '../model/group-metrics.ts'
import type { STEP_OUTCOMES } from '../model/outcome.ts'
import { groupNamesOf } from '../model/plan-steps.ts'
import type { Percentiles, StepSummary, Summary, WorkloadSummary } from '../model/summary.ts'
import { failureCauses, journeyCauses, toldCauses } from './failure-causes.ts'
import { measuresOf } from './measure-summaries.ts'
import type { Selection } from './measured-view.ts'
import { messageFigures } from './message-figures.ts'
import { groupsIn } from './metrics/group-metrics.ts'
import { workloadsIn } from './metrics/journeys.ts'
import { secondsIn } from './metrics/seconds-in.ts'
import type { RecordView } from './record-view.ts'
import { slosOf } from './slo-summaries.ts'
import { stairsOf } from './stairs.ts'

export function summarize(view: RecordView): Summary {
  const { record, dispatch, intervals, measuredS } = view
  const counts = view.counts({})
  const completed = completedOf(counts)
  const worst = (values: readonly number[]) => (values.length === 0 ? 0 : max([...values]))
  return {
    durationS: measuredS,
    requests: completed,
    throughputPerSec: perSecond(completed, measuredS),
    goodputPerSec: perSecond(counts.ok, measuredS),
    errorRatio: errorRatio(counts),
    plannedCount: dispatch.planned,
    startedCount: dispatch.started,
    droppedCount: dispatch.dropped,
    lateStartCount: dispatch.lateStarts,
    retryCount: counts.retries,
    failedJourneyCount: dispatch.failedJourneys,
    failedByCodeCount: dispatch.failedByCode,
    journeyFailures: journeyFailuresOf(view),
    faults: faultsOf(view),
    checks: checksOf(view),
    ...groupsOf(view),
    ...slosOf(view),
    ...stairsOf(view),
    messages: messagesOf(view),
    escalationCount: Object.values(view.escalations).reduce((sum, amount) => sum + amount, 0),
    bytesSent: counts.bytesSent,
    bytesReceived: counts.bytesReceived,
    activeAgentsMax: worst(intervals.map((interval) => interval.activeAgents)),
    ...responseTimesOf(view, {}),
    serviceTimeMs: percentilesOf(view, 'service_time', {}),
    connectTimeMs: percentilesOf(view, 'connect_time', {}),
    startDelayMs: percentilesOf(view, 'start_delay', {}),
    ttfbMs: percentilesOf(view, 'ttfb', {}),
    ...workloadsOf(view),
    steps: Object.fromEntries(view.steps.map((step) => [step, stepSummary(view, step)])),
    components: Object.fromEntries(
      view.components.map((component) => [component, percentilesOf(view, 'component_time', { component })]),
    ),
    generator: {
      threads: record.threads,
      cpuS: record.generator.cpuS,
      maxRssBytes: record.generator.maxRssBytes,
      eventLoopDelayP99Ms: upperQuantile(intervals.map(({ health }) => health.loopDelayMaxMs)),
      eventLoopUtilizationMax: worst(intervals.map(({ health }) => health.eventLoopUtilization)),
      gcPauseMaxMs: worst(intervals.map(({ health }) => health.gcPauseMaxMs)),
      runQueueWaitRatioMax: worst(intervals.map(({ health }) => health.runQueueWaitRatio ?? 0)),
    },
  }
}

function journeyFailuresOf(view: RecordView): Summary['journeyFailures'] {
  const journeys = [...new Set(view.journeyFailures().map(({ step }) => step))].sort()
  return Object.fromEntries(journeys.map((journey) => [journey, journeyCauses(view, journey)]))
}

function faultsOf(view: RecordView): Summary['faults'] {
  const faults = view.faults()
  const steps = [...new Set(faults.map(({ step }) => step))].sort()
  return Object.fromEntries(steps.map((step) => [step, toldCauses(faults, step)]))
}

function checksOf(view: RecordView): Summary['checks'] {
  const sums = new Map<string, { passed: number; failed: number }>()
  for (const { check, passed, failed } of view.checks({})) {
    const sum = sums.get(check)
    sums.set(check, { passed: (sum?.passed ?? 0) + passed, failed: (sum?.failed ?? 0) + failed })
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Absent for a plan without groups. */
function groupsOf(view: RecordView): Pick<Summary, 'groups'> {
  const names = groupNamesOf(view.plan)
  if (names.length === 0) return {}
  const groups = names.map((group) => {
    const { k: failed, n: ended } = groupsIn(view, { group })
    const timeMs = percentilesOf(view, GROUP_TIME, { group })
    return [group, { ended, failed, failedRatio: ended === 0 ? 0 : failed / ended, timeMs }] as const
  })
  return { groups: Object.fromEntries(groups) }
}

function messagesOf(view: RecordView): Summary['messages'] {
  return Object.fromEntries(
    view.messages().map((counts) => {
      const { mode = 'once', subscribers = 0 } = lookUp(view.plan.targets, counts.target)?.channel ?? {}
      return [counts.target, { mode, subscribers, ...messageFigures(counts) }]
    }),
  )
}

function stepSummary(view: RecordView, step: string): StepSummary {
  const counts = view.counts({ step })
  const { ok, failed, errored, timedOut, aborted, statuses, errors } = counts
  const completed = completedOf(counts)
  return {
    requests: completed,
    ok,
    failed,
    errored,
    timedOut,
    aborted,
    errorRatio: errorRatio(counts),
    throughputPerSec: perSecond(completed, view.measuredS),
    ...responseTimesOf(view, { step }),
    serviceTimeMs: percentilesOf(view, 'service_time', { step }),
    connectTimeMs: percentilesOf(view, 'connect_time', { step }),
    statuses: { ...statuses },
    errors: { ...errors },
    measures: measuresOf(view, step),
    failures: failureCauses(view, { step }),
    failureSamples: firstOfEachKind(view.failures({ step }).flatMap(({ samples }) => samples)),
  }
}

function workloadsOf(view: RecordView): Pick<Summary, 'workloads'> {
  const named = workloadsIn(view).flatMap(({ workload, dispatch }) => {
    const { name, model, startMs, durationMs } = workload
    if (name === undefined) return []
    const selection = { workload: name }
    const counts = view.counts(selection)
    const completed = completedOf(counts)
    const figures: WorkloadSummary = {
      ...{ model, startMs, durationMs },
      plannedCount: dispatch.planned,
      startedCount: dispatch.started,
      droppedCount: dispatch.dropped,
      lateStartCount: dispatch.lateStarts,
      iterationCount: dispatch.iterations,
      requests: completed,
      throughputPerSec: perSecond(completed, secondsIn(view, selection)),
      errorRatio: errorRatio(counts),
      responseTimeMs: percentilesOf(view, 'response_time', selection),
    }
    return [[name, figures] as const]
  })
  return named.length === 0 ? {} : { workloads: Object.fromEntries(named) }
}

function errorRatio(counts: Counts): number {
  const completed = completedOf(counts)
  return completed === 0 ? 0 : badOf(counts) / completed
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0
}

function responseTimesOf(
  view: RecordView,
  selection: Selection,
): Pick<Summary, 'responseTimeMs' | 'failedTimeMs' | 'erroredTimeMs'> {
  const of = (outcome: (typeof STEP_OUTCOMES)[number]) =>
    percentilesOf(view, 'response_time', { ...selection, outcome })
  return {
    responseTimeMs: percentilesOf(view, 'response_time', selection),
    failedTimeMs: of('failed'),
    erroredTimeMs: of('errored'),
  }
}

function percentilesOf(
  view: RecordView,
  metric: Parameters<RecordView['histogram']>[0],
  selection: Selection,
): Percentiles {
  const histogram = view.histogram(metric, selection)
  const ms = (quantile: number) => histogram.quantileUs(quantile) / 1000
  return {
    count: histogram.count,
    lowerBoundFrom: inMs(view.lowerBoundFromUs(metric, selection)),
    mean: histogram.count === 0 ? 0 : view.sumUs(metric, selection) / histogram.count / 1000,
    p50: ms(0.5),
    p90: ms(0.9),
    p95: ms(0.95),
    p99: ms(0.99),
    p99_9: ms(0.999),
    max: histogram.maxUs / 1000,
  }
}

function inMs(us: number | null): number | null {
  return us === null ? null : us / 1000
}

/** p99 of a few values by nearest rank. */
function upperQuantile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[rankOf(0.99, sorted.length) - 1] ?? 0
}
