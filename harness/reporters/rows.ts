/** The tables that every report shows, as text. */

import { formatBytes, formatCount, formatDurationMs, formatInUnit, formatRatio } from '../base/units.ts'
import type { Demand } from '../model/demand.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { ObjectiveResult, Percentiles, Risk, Verdict } from '../model/verdict.ts'
import { changeText, detectableText } from '../text/comparison-text.ts'
import { titleOf } from '../text/demand-text.ts'
import { budgetText } from './budget-text.ts'

/** Title, column heads, and cells. */
export interface Table {
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What would make a row too wide: lines beneath it on a terminal, further columns elsewhere. */
  readonly notes?: readonly NoteColumn[]
}

/** One text a row, in order; empty for none. */
export interface NoteColumn {
  readonly head: string
  readonly texts: readonly string[]
}

/** The first page: violations in the order in which to look at them, each with what to do. */
export function risksTable({ risks }: Verdict): Table {
  const hasRoi = risks.some(({ roi }) => roi !== null)
  return {
    title: 'What to look at, the worst first',
    heads: ['#', 'priority', 'exposure', ...(hasRoi ? ['ROI'] : []), 'objective'],
    rows: risks.map(({ priority, exposure, roi, ...demand }, i) => [
      String(i + 1),
      priority,
      exposure.toFixed(1),
      ...(hasRoi ? [roi === null ? '-' : roi.toFixed(1)] : []),
      titleOf(demand),
    ]),
    notes: [
      claimNote(risks),
      { head: 'recommendation', texts: risks.map(({ recommendation }) => recommendation) },
      { head: 'owner, runbook', texts: risks.map(whoText) },
    ],
  }
}

/** The claims of what goes by a name, beside it. */
function claimNote(demands: readonly Demand[]): NoteColumn {
  return { head: 'claim', texts: demands.map(({ name, expect }) => (name === null ? '' : expect)) }
}

function whoText({ owner, runbook }: Risk): string {
  return [
    ...(owner === null ? [] : [`owner: ${owner}`]),
    ...(runbook === null ? [] : [`runbook: ${runbook}`]),
  ].join(', ')
}

/** Objectives, steps, components, and the generator; empty tables are left out. */
export function tablesOf(verdict: Verdict): Table[] {
  return [
    objectivesTable(verdict),
    breachesTable(verdict),
    violationsTable(verdict),
    rollbackTable(verdict),
    comparisonTable(verdict.comparison),
    slowerStepsTable(verdict.comparison),
    stepsTable(verdict),
    componentsTable(verdict),
    generatorTable(verdict),
  ].filter(({ rows }) => rows.length > 0)
}

function objectivesTable({ objectives }: Verdict): Table {
  return {
    title: 'Objectives',
    heads: ['objective', 'outcome', 'observed', 'bound', '95 % interval', 'severity'],
    rows: objectives.map((result) => [
      `${result.name ?? result.claim}${result.builtIn ? ' (built in)' : ''}`,
      result.outcome,
      observedText(result),
      `${result.op} ${formatInUnit(result.bound, result.unit)}`,
      intervalText(result),
      result.role === 'core' ? result.severity : `${result.severity}, ${result.role}`,
    ]),
    notes: [
      { head: 'claim', texts: objectives.map(({ name, claim }) => (name === null ? '' : claim)) },
      { head: 'error budget', texts: objectives.map(({ budget }) => budgetText(budget)) },
    ],
  }
}

function observedText({ observed, unit, isAtLeast }: ObjectiveResult): string {
  return observed === null ? '-' : `${isAtLeast ? '≥' : ''}${formatInUnit(observed, unit)}`
}

/** When what was seen: every change of state of an objective. */
function breachesTable({ enforcement }: Verdict): Table {
  const events = enforcement?.events ?? []
  return {
    title: 'Breaches while load ran',
    heads: ['at', 'objective', 'became', 'observed', 'samples'],
    rows: events.map((event) => [
      formatDurationMs(Math.round(event.atMs / 100) * 100),
      titleOf(event),
      event.to,
      event.observed === null ? '-' : formatInUnit(event.observed, event.unit),
      formatCount(event.sampleCount),
    ]),
    notes: [
      claimNote(events),
      { head: 'where', texts: events.map(({ annotations }) => whereText(annotations)) },
    ],
  }
}

function whereText(annotations: Readonly<Record<string, string>>): string {
  return Object.entries(annotations)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

/** What a rollback was begun for, or would be. */
function violationsTable({ rollback }: Verdict): Table {
  const reasons = rollback?.reasons ?? []
  return {
    title: 'What asks for the rollback',
    heads: ['violation', 'kind', 'severity', 'procedure'],
    rows: reasons.map((reason) => [titleOf(reason), reason.kind, reason.severity, reason.procedure]),
    notes: [claimNote(reasons), { head: 'found', texts: reasons.map(({ message }) => message) }],
  }
}

/** What was done, or what would be. */
function rollbackTable({ rollback }: Verdict): Table {
  const planned = rollback?.plan ?? null
  return {
    title: `Rollback: ${rollback?.outcome}, ${rollback?.message}`,
    heads: planned === null ? ['step', 'outcome', 'took'] : ['step'],
    rows:
      planned?.map(({ step }) => [step]) ??
      rollback?.steps.map(({ name, outcome, durationMs }) => [name, outcome, formatDurationMs(durationMs)]) ??
      [],
    notes: [
      {
        head: planned === null ? 'message' : 'would',
        texts:
          planned?.map(({ description }) => description) ??
          rollback?.steps.map(({ message }) => message) ??
          [],
      },
    ],
  }
}

/** Every gate of a comparison; without checks there is nothing to show. */
export function comparisonTable(comparison: Verdict['comparison']): Table {
  const { baseline = null, checks = [] } = comparison ?? {}
  return {
    title: `Compared with ${baseline ?? 'the baseline'}`,
    heads: ['metric', 'state', 'change', 'adjusted p', 'would have been seen', 'runs', 'baseline'],
    rows: checks.map((check) => [
      check.step === null ? check.metric : `${check.metric} of ${check.step}`,
      check.state,
      changeText(check) ?? '-',
      check.pAdjusted === null ? '-' : check.pAdjusted.toFixed(3),
      detectableText(check) ?? '-',
      String(check.candidateCount),
      String(check.baselineCount),
    ]),
  }
}

function slowerStepsTable(comparison: Verdict['comparison']): Table {
  return {
    title: 'Steps that look slower (at most one in twenty by chance)',
    heads: ['step', 'metric', 'change', 'adjusted p'],
    rows: (comparison?.steps ?? []).map(({ step, metric, change, pAdjusted }) => [
      step,
      metric,
      changeText({ metric, change }) ?? '-',
      pAdjusted.toFixed(3),
    ]),
  }
}

function intervalText({ interval, unit }: ObjectiveResult): string {
  return interval === null ? '-' : `${formatInUnit(interval[0], unit)} - ${formatInUnit(interval[1], unit)}`
}

const times = (of: Percentiles) => [of.p50, of.p90, of.p99, of.max].map((ms) => timeText(ms, of))

/** A time with `≥` where it is a lower bound: it falls among requests that nobody answered. */
function timeText(ms: number, { lowerBoundFrom }: Percentiles): string {
  return `${lowerBoundFrom !== null && ms >= lowerBoundFrom ? '≥' : ''}${formatDurationMs(ms)}`
}

/** Response times; of requests most of which ended badly there are none worth a look. */
function responseTimes(of: Percentiles, errorRatio: number): string[] {
  return errorRatio > 0.5 ? ['-', '-', '-', '-'] : times(of)
}

function stepsTable({ summary }: Verdict): Table {
  const rows = Object.entries(summary.steps).map(
    ([step, { requests, errorRatio, responseTimeMs, serviceTimeMs }]) => [
      step,
      formatCount(requests),
      errorRatio === 0 ? '0' : formatRatio(errorRatio),
      ...responseTimes(responseTimeMs, errorRatio),
      errorRatio > 0.5 ? '-' : formatDurationMs(serviceTimeMs.p99),
    ],
  )
  const { responseTimeMs, serviceTimeMs } = summary
  const total = [
    'all',
    formatCount(summary.requests),
    formatRatio(summary.errorRatio),
    ...responseTimes(responseTimeMs, summary.errorRatio),
    summary.errorRatio > 0.5 ? '-' : formatDurationMs(serviceTimeMs.p99),
  ]
  return {
    title: 'Response time by step',
    heads: ['step', 'requests', 'errors', 'p50', 'p90', 'p99', 'max', 'service p99'],
    rows: rows.length > 1 ? [...rows, total] : rows,
  }
}

function componentsTable({ summary }: Verdict): Table {
  return {
    title: 'Time by component (as the target reports it)',
    heads: ['component', 'answers', 'p50', 'p90', 'p99', 'max'],
    rows: Object.entries(summary.components).map(([component, percentiles]) => [
      component,
      formatCount(percentiles.count),
      ...times(percentiles),
    ]),
  }
}

function generatorTable({ summary }: Verdict): Table {
  const { generator, startDelayMs } = summary
  return {
    title: 'Generator',
    heads: ['threads', 'CPU', 'memory', 'loop busy', 'longest turn', 'start delay p99', 'core wait'],
    rows: [
      [
        String(generator.threads),
        `${generator.cpuS.toFixed(1)} s`,
        formatBytes(generator.maxRssBytes),
        formatRatio(generator.eventLoopUtilizationMax),
        formatDurationMs(generator.eventLoopDelayP99Ms),
        formatDurationMs(startDelayMs.p99),
        formatRatio(generator.runQueueWaitRatioMax),
      ],
    ],
  }
}

/** The slowest request of each step, to be found again in the target's own traces. */
export function slowestTable({ slowest }: RunRecord): Table {
  return {
    title: 'Slowest request of each step',
    heads: ['step', 'response time', 'service time', 'at', 'agent', 'status', 'trace'],
    rows: slowest.flatMap(({ step, requests: [worst] }) =>
      worst === undefined
        ? []
        : [
            [
              step,
              formatDurationMs(worst.responseTimeMs),
              worst.serviceTimeMs === null ? '-' : formatDurationMs(worst.serviceTimeMs),
              formatDurationMs(Math.round(worst.atMs)),
              String(worst.agent),
              worst.errorKind === 'none' ? String(worst.status ?? '-') : worst.errorKind,
              worst.traceId ?? '-',
            ],
          ],
    ),
  }
}

/** One line of figures. */
export function headline({ summary }: Verdict): string {
  const [p50 = '-', , p99 = '-'] = responseTimes(summary.responseTimeMs, summary.errorRatio)
  return [
    `${formatCount(summary.requests)} requests in ${formatDurationMs(summary.durationS * 1000)}`,
    `${summary.throughputPerSec.toFixed(1)}/s`,
    `p50 ${p50}`,
    `p99 ${p99}`,
    `errors ${formatRatio(summary.errorRatio)}`,
  ].join(', ')
}
