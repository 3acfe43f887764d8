/** Tables of the measurements, and the line above them. */
import { formatBytes, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Percentiles, Verdict } from '../../model/verdict.ts'
import type { Table } from './table.ts'

const times = (of: Percentiles) => [of.p50, of.p90, of.p99, of.max].map((ms) => timeText(ms, of))

/** A time with `≥` where it is a lower bound: it falls among requests that nobody answered. */
function timeText(ms: number, { lowerBoundFrom }: Percentiles): string {
  return `${lowerBoundFrom !== null && ms >= lowerBoundFrom ? '≥' : ''}${formatDurationMs(ms)}`
}

/** Response times; of requests most of which ended badly there are none worth a look. */
function responseTimes(of: Percentiles, errorRatio: number): string[] {
  return errorRatio > 0.5 ? ['-', '-', '-', '-'] : times(of)
}

export function stepsTable({ summary }: Verdict): Table {
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
