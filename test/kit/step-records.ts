import { lookUp } from '../../harness/base/names.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import type { RecordCell, RunRecord } from '../../harness/model/run-record.ts'
import { aRecord, type RecordShape } from './builders.ts'
import { failuresOf, statusesOf } from './failures.ts'
import { histogramOfMs } from './latencies.ts'

/** What one step answered in one interval: times of ok answers, and failed ones (1 ms each). */
export interface StepAnswers {
  readonly okMs: readonly number[]
  readonly failed?: number
}

export interface StepRecordShape extends Omit<RecordShape, 'okMs' | 'failedPerInterval' | 'components'> {
  /** By step, by interval. */
  readonly steps: Readonly<Record<string, (interval: number) => StepAnswers>>
  /** Connect times of requests by step, ms; all others found a connection. */
  readonly connectsMs?: Readonly<Record<string, readonly number[]>>
  /** Share of the service time of a step that each component took. */
  readonly componentShares?: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** A record of several steps that change from interval to interval; cells, counters and intervals agree. */
export function aStepRecord({
  steps,
  connectsMs = {},
  componentShares = {},
  ...shape
}: StepRecordShape): RunRecord {
  const record = aRecord({ ...shape, okMs: [1] })
  const answers = Object.entries(steps).map(
    ([step, at]) => [step, record.intervals.map((_, i) => at(i))] as const,
  )
  return {
    ...record,
    cells: answers.flatMap(([step, all]) =>
      cellsOf(step, all, componentShares[step] ?? {}, lookUp(connectsMs, step) ?? []),
    ),
    steps: answers.map(([step, all]) => countsOf(step, all)),
    failures: answers.flatMap(([step, all]) => failuresOf(step, countsOf(step, all).failed)),
    intervals: record.intervals.map((interval, i) => ({
      ...interval,
      steps: Object.fromEntries(answers.map(([step, all]) => [step, intervalStepOf(all[i] as StepAnswers)])),
    })),
    ...shape.changes,
  }
}

function cellsOf(
  step: string,
  answers: readonly StepAnswers[],
  shares: Readonly<Record<string, number>>,
  connectsMs: readonly number[],
): RecordCell[] {
  const okMs = answers.flatMap((answer) => answer.okMs)
  const failedMs = answers.flatMap(({ failed = 0 }) => Array.from({ length: failed }, () => 1))
  const all = [...okMs, ...failedMs]
  const cell = (
    metric: RecordCell['metric'],
    values: readonly number[],
    outcome = '',
    component = '',
  ): RecordCell => ({
    phase: 'steady',
    step,
    metric,
    outcome,
    component,
    count: values.length,
    sumUs: values.reduce((sum, ms) => sum + ms * 1000, 0),
    overflowCount: 0,
    over: {},
    hdr: histogramOfMs(values).encode(),
  })
  return [
    cell('response_time', okMs, 'ok'),
    cell('response_time', failedMs, 'failed'),
    cell('service_time', okMs, 'ok'),
    cell('service_time', failedMs, 'failed'),
    cell(
      'start_delay',
      all.map(() => 0.1),
    ),
    ...(connectsMs.length === 0 ? [] : [cell('connect_time', connectsMs)]),
    ...Object.entries(shares).map(([component, share]) =>
      cell(
        'component_time',
        all.map((ms) => ms * share),
        '',
        component,
      ),
    ),
  ]
}

function countsOf(step: string, answers: readonly StepAnswers[]): RunRecord['steps'][number] {
  const ok = answers.reduce((sum, { okMs }) => sum + okMs.length, 0)
  const failed = answers.reduce((sum, { failed: amount = 0 }) => sum + amount, 0)
  return {
    phase: 'steady',
    step,
    started: ok + failed,
    ok,
    failed,
    errored: 0,
    timedOut: 0,
    aborted: 0,
    retries: 0,
    untimed: 0,
    bytesSent: 10,
    bytesReceived: 20,
    statuses: statusesOf(ok, failed),
    failedStatuses: statusesOf(0, failed),
    errors: failed > 0 ? { status: failed } : {},
  }
}

function intervalStepOf({ okMs, failed = 0 }: StepAnswers): RecordInterval['steps'][string] {
  return {
    ok: okMs.length,
    failed,
    errored: 0,
    timedOut: 0,
    aborted: 0,
    hdr: okMs.length === 0 ? null : histogramOfMs(okMs).encode(),
  }
}
