/** Tables of the measurements, and the line above them. */
import { formatBytes, formatCount, formatDurationMs, formatInUnit, formatRatio } from '../../base/units.ts'
import { ALL_MEASURES } from '../../model/measures.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { MeasureSummary, Percentiles, StepSummary, Summary } from '../../model/summary.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Table } from './table.ts'

const times = (of: Percentiles) => [of.p50, of.p90, of.p99, of.max].map((ms) => timeText(ms, of))

/** A time with `≥` where it is a lower bound: it falls among requests that nobody answered. */
function timeText(ms: number, { lowerBoundFrom }: Percentiles): string {
  return `${lowerBoundFrom !== null && ms >= lowerBoundFrom ? '≥' : ''}${formatDurationMs(ms)}`
}

/** Response times; a dash where nobody was served. */
function responseTimes(of: Percentiles): string[] {
  return of.count === 0 ? ['-', '-', '-', '-'] : times(of)
}

/** Response times of ok answers and timeouts, and in rows of their own those of failures. */
export function stepsTable({ summary }: Verdict): Table {
  const steps = Object.entries(summary.steps)
  return {
    title: 'Response time by step',
    heads: ['step', 'requests', 'errors', 'p50', 'p90', 'p99', 'max', 'service p99'],
    rows: [
      ...steps.flatMap(([step, of]) => stepRows(step, of)),
      ...(steps.length > 1 ? stepRows('all', summary) : []),
    ],
  }
}

/** The workloads beside one another: what was asked of each, and how it went. */
export function workloadsTable({ summary: { workloads = {} } }: Verdict): Table {
  return {
    title: 'Workloads',
    heads: ['workload', 'model', 'when', 'planned', 'started', 'requests', 'errors', 'p50', 'p99'],
    rows: Object.entries(workloads).map(([name, of]) => {
      const [p50 = '-', , p99 = '-'] = responseTimes(of.responseTimeMs)
      return [
        name,
        of.model,
        `${of.startMs === 0 ? '0s' : formatDurationMs(of.startMs)}-${formatDurationMs(of.startMs + of.durationMs)}`,
        formatCount(of.plannedCount),
        formatCount(of.startedCount),
        formatCount(of.requests),
        of.errorRatio === 0 ? '0' : formatRatio(of.errorRatio),
        p50,
        p99,
      ]
    }),
  }
}

/** Connect times of the steps in which requests waited for a connection to be opened. */
export function connectingTable({ summary }: Verdict): Table {
  const rows = Object.entries(summary.steps)
    .filter(([, { connectTimeMs }]) => connectTimeMs.count > 0)
    .map(([step, { connectTimeMs }]) => connectRow(step, connectTimeMs))
  return {
    title: 'Connect time (of requests that waited for a connection to be opened)',
    heads: ['step', 'requests', 'p50', 'p90', 'p99', 'max'],
    rows: rows.length > 1 ? [...rows, connectRow('all', summary.connectTimeMs)] : rows,
  }
}

function connectRow(step: string, of: Percentiles): string[] {
  return [step, formatCount(of.count), ...times(of)]
}

function stepRows(step: string, of: Summary | StepSummary): string[][] {
  const { requests, errorRatio, responseTimeMs, failedTimeMs, erroredTimeMs, serviceTimeMs } = of
  return [
    [
      step,
      formatCount(requests),
      errorRatio === 0 ? '0' : formatRatio(errorRatio),
      ...responseTimes(responseTimeMs),
      serviceTimeMs.count === 0 ? '-' : formatDurationMs(serviceTimeMs.p99),
    ],
    ...failureRow(`${step}, failed`, failedTimeMs),
    ...failureRow(`${step}, no answer`, erroredTimeMs),
  ]
}

function failureRow(name: string, of: Percentiles): string[][] {
  return of.count === 0 ? [] : [[name, formatCount(of.count), '', ...times(of), '']]
}

/** Lists the values that targets measure beside times and counts of requests. */
export function measuresTable({ summary }: Verdict): Table {
  return {
    title: 'Measures of the target',
    heads: ['step', 'measure', 'values', 'total', 'mean', 'p50', 'p95', 'p99', 'max'],
    rows: Object.entries(summary.steps).flatMap(([step, { measures }]) =>
      Object.entries(measures).map(([name, of]) => [step, name, ...measureCells(of)]),
    ),
  }
}

/** Lists the measures of a run that other tools name otherwise, or whose name means something else there. */
export function measureNamesTable({ summary }: Verdict): Table {
  const measured = new Set(Object.values(summary.steps).flatMap(({ measures }) => Object.keys(measures)))
  return {
    title: 'Names of these measures elsewhere',
    heads: ['measure', 'means', 'elsewhere'],
    rows: ALL_MEASURES.flatMap(({ name, meaning, elsewhere }) =>
      elsewhere !== undefined && measured.has(name) ? [[name, meaning, elsewhere]] : [],
    ),
  }
}

/** Lists the groups of steps. */
export function groupsTable({ summary }: Verdict): Table {
  return {
    title: 'Time of groups of steps (without think time)',
    heads: ['group', 'ended', 'failed', 'p50', 'p90', 'p99', 'max'],
    rows: Object.entries(summary.groups ?? {}).map(([group, { ended, failed, failedRatio, timeMs }]) => [
      group,
      formatCount(ended),
      failed === 0 ? '0' : formatRatio(failedRatio),
      ...responseTimes(timeMs),
    ]),
  }
}

/** Lists the joint conditions, and how often each had nothing to judge. */
export function slosTable({ summary }: Verdict): Table {
  return {
    title: 'Joint conditions (slos)',
    heads: ['slo', 'judged', 'attained', 'attainment', 'goodput', 'conditions that did not apply'],
    rows: Object.entries(summary.slos ?? {}).map(([slo, of]) => [
      slo,
      formatCount(of.judged),
      formatCount(of.attained),
      of.attainment === null ? '-' : formatRatio(of.attainment),
      formatInUnit(of.goodputPerSec, '1/s'),
      Object.entries(of.notApplied)
        .filter(([, count]) => count > 0)
        .map(([condition, count]) => `${condition}: ${formatCount(count)}`)
        .join(', ') || 'none',
    ]),
  }
}

/** The total of times and rates has no meaning, nor have percentiles of what is only added up. */
function measureCells({ unit, count, total, mean, p50, p95, p99, max }: MeasureSummary): string[] {
  const hasTotal = unit === 'count' || unit === 'bytes'
  return [
    formatCount(count),
    hasTotal ? formatInUnit(total, unit) : '-',
    ...[mean, p50, p95, p99, max].map((value) => (value === null ? '-' : formatInUnit(value, unit))),
  ]
}

export function componentsTable({ summary }: Verdict): Table {
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

export function generatorTable({ summary }: Verdict): Table {
  const { generator, startDelayMs } = summary
  return {
    title: 'Generator',
    heads: ['threads', 'CPU', 'memory', 'event loop use', 'longest block', 'start delay p99', 'CPU wait'],
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
    heads: ['step', 'response time', 'service time', 'connect time', 'at', 'agent', 'status', 'trace'],
    rows: slowest.flatMap(({ step, requests: [worst] }) =>
      worst === undefined
        ? []
        : [
            [
              step,
              formatDurationMs(worst.responseTimeMs),
              worst.serviceTimeMs === null ? '-' : formatDurationMs(worst.serviceTimeMs),
              worst.connectTimeMs === null ? '-' : formatDurationMs(worst.connectTimeMs),
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
export function figuresLine({ summary }: Verdict): string {
  const [p50 = '-', , p99 = '-'] = responseTimes(summary.responseTimeMs)
  return [
    `${formatCount(summary.requests)} requests in ${formatDurationMs(summary.durationS * 1000)}`,
    `${summary.throughputPerSec.toFixed(1)}/s`,
    `p50 ${p50}`,
    `p99 ${p99}`,
    `errors ${formatRatio(summary.errorRatio)}`,
  ].join(', ')
}
