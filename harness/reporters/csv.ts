/** CSV (RFC 4180) in long format: one figure a row, so that a spreadsheet can pivot and a program can filter. */

import { visible } from '../base/visible.ts'
import { badOf, completedOf } from '../measure/counts.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { Percentiles, StepSummary, Summary } from '../model/summary.ts'
import type { Verdict } from '../model/verdict.ts'
import type { TextReporter } from '../ports/reporter.ts'

const HEADS = [
  'runId',
  'scenario',
  'kind',
  'startMs',
  'phase',
  'step',
  'component',
  'objective',
  'metric',
  'value',
  'unit',
] as const

/** A figure; what it is not about is left out. */
interface Figure {
  readonly kind: 'summary' | 'step' | 'component' | 'objective' | 'comparison' | 'interval'
  readonly startMs?: number
  readonly phase?: string
  readonly step?: string
  readonly component?: string
  /** Id of the objective. */
  readonly objective?: string
  readonly metric: string
  /** Null: nobody measured it, and there is no row. */
  readonly value: number | null
  readonly unit: string
}

type Row = Figure & { readonly runId: string; readonly scenario: string }

/** `figures.csv`: totals, steps, components, objectives, comparison, and every interval. */
export const csvReporter: TextReporter = {
  name: 'csv',
  fileName: 'figures.csv',
  render({ record, verdict }) {
    const figures = [
      ...summaryFigures(verdict),
      ...Object.entries(verdict.summary.steps).flatMap(([step, summary]) => stepFigures(step, summary)),
      ...Object.entries(verdict.summary.components).flatMap(([component, times]) =>
        percentileFigures({ kind: 'component', component }, 'component_time', times),
      ),
      ...verdictFigures(verdict),
      ...record.intervals.flatMap(intervalFigures),
    ]
    const { runId, scenario } = record
    const rows = figures
      .filter(({ value }) => value !== null)
      .map((figure) => ({ runId, scenario, ...figure }))
    const lines = rows.map((row: Row) => HEADS.map((head) => cellOf(row[head])).join(','))
    return `${[HEADS.join(','), ...lines].join('\r\n')}\r\n`
  },
}

function summaryFigures({ summary }: Verdict): Figure[] {
  const figure = (metric: string, value: number, unit: string): Figure => ({
    kind: 'summary',
    metric,
    value,
    unit,
  })
  return [
    figure('duration', summary.durationS, 's'),
    figure('requests', summary.requests, 'count'),
    figure('throughput', summary.throughputPerSec, '1/s'),
    figure('goodput', summary.goodputPerSec, '1/s'),
    figure('error_ratio', summary.errorRatio, 'ratio'),
    figure('planned', summary.plannedCount, 'count'),
    figure('started', summary.startedCount, 'count'),
    figure('dropped', summary.droppedCount, 'count'),
    figure('late_starts', summary.lateStartCount, 'count'),
    figure('retries', summary.retryCount, 'count'),
    figure('failed_journeys', summary.failedJourneyCount, 'count'),
    figure('failed_by_code', summary.failedByCodeCount, 'count'),
    ...Object.entries(summary.checks).flatMap(([check, { passed, failed }]) => [
      figure(`checks passed ${check}`, passed, 'count'),
      figure(`checks failed ${check}`, failed, 'count'),
    ]),
    figure('escalations', summary.escalationCount, 'count'),
    figure('bytes_sent', summary.bytesSent, 'bytes'),
    figure('bytes_received', summary.bytesReceived, 'bytes'),
    ...responseTimeFigures({ kind: 'summary' }, summary),
    ...percentileFigures({ kind: 'summary' }, 'service_time', summary.serviceTimeMs),
    ...percentileFigures({ kind: 'summary' }, 'connect_time', summary.connectTimeMs),
    ...percentileFigures({ kind: 'summary' }, 'start_delay', summary.startDelayMs),
    ...percentileFigures({ kind: 'summary' }, 'ttfb', summary.ttfbMs),
  ]
}

function stepFigures(step: string, summary: StepSummary): Figure[] {
  const figure = (metric: string, value: number, unit: string): Figure => ({
    kind: 'step',
    step,
    metric,
    value,
    unit,
  })
  return [
    figure('requests', summary.requests, 'count'),
    figure('throughput', summary.throughputPerSec, '1/s'),
    figure('error_ratio', summary.errorRatio, 'ratio'),
    ...Object.entries(summary.statuses).map(([status, count]) => figure(`answers ${status}`, count, 'count')),
    ...Object.entries(summary.errors).map(([kind, count]) => figure(`errors ${kind}`, count, 'count')),
    ...responseTimeFigures({ kind: 'step', step }, summary),
    ...percentileFigures({ kind: 'step', step }, 'service_time', summary.serviceTimeMs),
    ...percentileFigures({ kind: 'step', step }, 'connect_time', summary.connectTimeMs),
  ]
}

function responseTimeFigures(
  about: Pick<Figure, 'kind' | 'step'>,
  { responseTimeMs, failedTimeMs, erroredTimeMs }: Summary | StepSummary,
): Figure[] {
  return [
    ...percentileFigures(about, 'response_time', responseTimeMs),
    ...percentileFigures(about, 'response_time{outcome=failed}', failedTimeMs),
    ...percentileFigures(about, 'response_time{outcome=errored}', erroredTimeMs),
  ]
}

function percentileFigures(
  about: Pick<Figure, 'kind' | 'step' | 'component'>,
  metric: string,
  { count, lowerBoundFrom, ...times }: Percentiles,
): Figure[] {
  const figures = Object.entries(times).map(([name, value]) => ({
    ...about,
    metric: `${name.replace('_', '.')}(${metric})`,
    // Of no samples there is no percentile.
    value: count === 0 ? null : value,
    unit: 'ms',
  }))
  if (lowerBoundFrom === null) return figures
  // Percentiles at or above it fall among requests that nobody answered.
  return [...figures, { ...about, metric: `lower_bound_from(${metric})`, value: lowerBoundFrom, unit: 'ms' }]
}

function verdictFigures({ objectives, comparison }: Verdict): Figure[] {
  return [
    ...objectives.map(
      ({ id, claim, observed, unit }): Figure => ({
        kind: 'objective',
        objective: id,
        metric: claim,
        value: observed,
        unit,
      }),
    ),
    ...(comparison?.checks ?? []).map(
      ({ step, metric, change }): Figure => ({
        kind: 'comparison',
        ...(step === null ? {} : { step }),
        metric: `change of ${metric}`,
        value: change,
        unit: metric === 'stalls' ? 'count' : 'ratio',
      }),
    ),
  ]
}

function intervalFigures(interval: RecordInterval): Figure[] {
  const { startMs, phase, dispatch, activeAgents, backlog, inFlight, target } = interval
  const figure = (metric: string, value: number | null, unit: string, step?: string): Figure => ({
    kind: 'interval',
    startMs,
    phase,
    ...(step === undefined ? {} : { step }),
    metric,
    value,
    unit,
  })
  return [
    figure('planned', dispatch.planned, 'count'),
    figure('started', dispatch.started, 'count'),
    figure('agents', activeAgents, 'count'),
    figure('backlog', backlog, 'count'),
    figure('in_flight', inFlight, 'count'),
    figure('target_cpu', target?.cpuCores ?? null, 'cores'),
    figure('target_memory', target?.rssBytes ?? null, 'bytes'),
    ...Object.entries(interval.steps).flatMap(([step, counts]) => {
      const times = counts.hdr === null ? null : SparseHistogram.decode(counts.hdr)
      const quantileMs = (q: number) => (times === null ? null : times.quantileUs(q) / 1000)
      return [
        figure('requests', completedOf(counts), 'count', step),
        figure('errors', badOf(counts), 'count', step),
        figure('p50(response_time)', quantileMs(0.5), 'ms', step),
        figure('p99(response_time)', quantileMs(0.99), 'ms', step),
      ]
    }),
  ]
}

/** Numbers as they are; text so that no spreadsheet takes it for a formula. */
function cellOf(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(value)
  const text = visible(value ?? '')
  const inert = /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",]|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
