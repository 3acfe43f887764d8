/** Times of requests, how many there were, and how they ended. */
import { badOf, type Counts, completedOf } from '../../measure/counts.ts'
import type { CellMetric } from '../../model/interval-snapshot.ts'
import { downtimeRatio } from '../downtime.ts'
import { secondsOf, sumOverSteps } from './intervals.ts'
import type { IntervalCounts, Labels, Metric, MetricValue, Population } from './metric.ts'

const STEP = ['step', 'phase', 'region', 'workload'] as const
const STEP_AND_STATUS = [...STEP, 'status'] as const
const STEP_AND_OUTCOME = [...STEP, 'outcome'] as const

const TIME = {
  unit: 'ms',
  better: 'lower',
  labels: STEP,
  trust: 'clocked',
  watch: 'latest',
  isAboutAnswers: true,
  resource: null,
  charts: ['latency', 'spectrum'],
  boundsOn: [],
  replaces: null,
} as const

const RATE = {
  ...TIME,
  unit: '1/s',
  better: 'higher',
  charts: ['rate', 'agents'],
  boundsOn: ['rate'],
} as const

const COUNT = { ...RATE, unit: 'count', better: 'neither', isAboutAnswers: false, boundsOn: [] } as const

const BYTES = { ...COUNT, unit: 'bytes', charts: ['rate'] } as const

const RATIO = {
  ...TIME,
  unit: 'ratio',
  trust: 'counts',
  watch: 'whole-run',
  charts: ['errors', 'errorRatio', 'rate'],
  boundsOn: ['errorRatio'],
} as const

export const REQUEST_METRICS: readonly Metric[] = [
  {
    ...TIME,
    name: 'response_time',
    meaning:
      "done - intended start (+ the region's network delay): what a user waits, of ok answers and timeouts; {outcome=any} of all",
    labels: STEP_AND_OUTCOME,
    value: time('response_time', 'requests'),
    boundsOn: ['latency', 'spectrum', 'heatMap'],
  },
  {
    ...TIME,
    name: 'service_time',
    meaning: 'done - sent: what the target took, of ok answers; {outcome=any} of all',
    labels: STEP_AND_OUTCOME,
    value: time('service_time', 'requests'),
    boundsOn: ['spectrum'],
  },
  {
    ...TIME,
    name: 'connect_time',
    meaning: 'time in which a request waited for its connection to be opened (names, TCP, TLS)',
    value: time('connect_time', 'samples'),
    boundsOn: [],
  },
  {
    ...TIME,
    name: 'start_delay',
    meaning: 'sent - intended start - connect time: what the generator and its pools added',
    value: time('start_delay', 'samples'),
    charts: ['startDelay', 'loop'],
    boundsOn: ['startDelay'],
  },
  {
    ...TIME,
    name: 'ttfb',
    meaning: 'first byte - sent, of ok answers; {outcome=any} of all',
    labels: STEP_AND_OUTCOME,
    value: time('ttfb', 'requests'),
  },
  {
    ...RATE,
    name: 'throughput',
    meaning: 'completed requests per second; {status=503} of answers with that status',
    labels: STEP_AND_STATUS,
    value: answers(),
  },
  {
    ...RATE,
    name: 'goodput',
    meaning: 'requests per second that ended ok',
    value: requests(({ ok }) => ok),
  },
  {
    ...COUNT,
    name: 'requests',
    meaning: 'requests completed, whatever their outcome; {status=503} of answers with that status',
    labels: STEP_AND_STATUS,
    value: answers(),
  },
  {
    ...RATIO,
    name: 'error_ratio',
    meaning:
      '(failed + errored + timed-out) / completed; a request still unanswered at the end of the drain is timed-out; {status=503} answered so and judged wrong',
    labels: STEP_AND_STATUS,
    value: { ...share(badOf), part: badWithStatus(badOf) },
    replaces: 'errors',
  },
  {
    ...RATIO,
    name: 'failed_ratio',
    meaning: 'answered but judged wrong / completed; {status=503} of answers with that status',
    labels: STEP_AND_STATUS,
    value: { ...share(({ failed }) => failed), part: badWithStatus(({ failed }) => failed) },
  },
  {
    ...RATIO,
    name: 'timeout_ratio',
    meaning: 'timed-out or never answered / completed',
    value: share(({ timedOut }) => timedOut),
    trust: 'clocked',
  },
  {
    ...RATIO,
    name: 'availability',
    meaning: 'ok / completed',
    better: 'higher',
    value: share(({ ok }) => ok),
    boundsOn: [],
    replaces: 'errors',
  },
  {
    ...RATIO,
    name: 'downtime_ratio',
    meaning: 'stretches of at least a second in which every request ended without an answer / measured time',
    labels: [],
    value: { kind: 'ratio', from: 'run', whole: downtimeRatio },
    isAboutAnswers: false,
    boundsOn: [],
    replaces: 'downtime',
  },
  {
    ...RATIO,
    name: 'retry_ratio',
    meaning: 'attempts that were retries / completed',
    value: { kind: 'ratio', from: 'requests', part: ({ retries }) => retries, partInInterval: null },
    boundsOn: [],
  },
  {
    ...BYTES,
    name: 'bytes_sent',
    meaning: 'request bytes handed to sockets',
    value: { kind: 'counter', total: (view, labels) => view.counts(labels).bytesSent, perSec: null },
  },
  {
    ...BYTES,
    name: 'bytes_received',
    meaning: 'response bytes read from sockets',
    value: { kind: 'counter', total: (view, labels) => view.counts(labels).bytesReceived, perSec: null },
  },
]

function time(cell: CellMetric, of: Population): MetricValue {
  return { kind: 'distribution', cell, of }
}

function share(
  part: (counts: IntervalCounts) => number,
): MetricValue & { readonly kind: 'ratio'; readonly from: 'requests' } {
  return { kind: 'ratio', from: 'requests', part, partInInterval: part }
}

/** A part that is, of a status, the answers with it that were judged wrong. */
function badWithStatus(part: (counts: IntervalCounts) => number) {
  return (counts: Counts, { status }: Labels) =>
    status === undefined ? part(counts) : withStatus(counts.failedStatuses, status)
}

/** Completed requests; of a status, the answers with it. */
function answers(): MetricValue {
  return {
    kind: 'counter',
    total: (view, labels) => {
      const counts = view.counts(labels)
      const { status } = labels
      return status === undefined ? completedOf(counts) : withStatus(counts.statuses, status)
    },
    perSec: (interval, labels) => sumOverSteps(interval, labels, completedOf) / secondsOf(interval),
  }
}

/** Adds up a tally over a status, or over a class of them: `5xx`. */
function withStatus(tally: Readonly<Record<string, number>>, wanted: string): number {
  return Object.entries(tally).reduce(
    (sum, [status, amount]) => (isOfStatus(status, wanted) ? sum + amount : sum),
    0,
  )
}

function isOfStatus(status: string, wanted: string): boolean {
  return wanted.endsWith('xx') ? status.length === 3 && status[0] === wanted[0] : status === wanted
}

function requests(amountOf: (counts: IntervalCounts) => number): MetricValue {
  return {
    kind: 'counter',
    total: (view, labels) => amountOf(view.counts(labels)),
    perSec: (interval, labels) => sumOverSteps(interval, labels, amountOf) / secondsOf(interval),
  }
}
