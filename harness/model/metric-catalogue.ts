/**
 * Every metric the objectives may name: what kind it is, its unit, which direction is better, and its meaning.
 * Adding an indicator is one row here and one line in `analysis/metric-values.ts`.
 */

/** distribution: has percentiles; counter: a total with a rate; ratio: 0-1; gauge: a value over time. */
export type MetricKind = 'distribution' | 'counter' | 'ratio' | 'gauge'

export interface Metric {
  readonly name: string
  readonly kind: MetricKind
  readonly unit: 'ms' | '1/s' | 'ratio' | 'count' | 'bytes' | 'cores'
  readonly better: 'lower' | 'higher' | 'neither'
  readonly family: 'end-to-end' | 'component' | 'resource' | 'output'
  /** Labels that an objective may put in braces. */
  readonly labels: readonly string[]
  readonly meaning: string
}

type Row = readonly [string, MetricKind, Metric['unit'], Metric['better'], Metric['family'], string, string]

const STEP_LABELS = 'step phase outcome'
const COUNT_LABELS = 'step phase'

const ROWS: readonly Row[] = [
  [
    'response_time',
    'distribution',
    'ms',
    'lower',
    'end-to-end',
    STEP_LABELS,
    "done - intended start (+ the region's network delay): what a user waits",
  ],
  [
    'service_time',
    'distribution',
    'ms',
    'lower',
    'end-to-end',
    COUNT_LABELS,
    'done - sent: what the target took',
  ],
  [
    'start_delay',
    'distribution',
    'ms',
    'lower',
    'end-to-end',
    COUNT_LABELS,
    'sent - intended start: what the generator and its pools added',
  ],
  ['ttfb', 'distribution', 'ms', 'lower', 'end-to-end', COUNT_LABELS, 'first byte - sent'],
  ['throughput', 'counter', '1/s', 'higher', 'end-to-end', COUNT_LABELS, 'completed requests per second'],
  ['goodput', 'counter', '1/s', 'higher', 'end-to-end', COUNT_LABELS, 'requests per second that ended ok'],
  [
    'requests',
    'counter',
    'count',
    'neither',
    'end-to-end',
    COUNT_LABELS,
    'requests completed, whatever their outcome',
  ],
  ['iterations', 'counter', 'count', 'higher', 'end-to-end', '', 'journeys completed'],
  [
    'error_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    COUNT_LABELS,
    '(failed + errored + timed-out) / completed; a request still unanswered at the end of the drain is timed-out',
  ],
  [
    'failed_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    COUNT_LABELS,
    'answered but judged wrong / completed',
  ],
  [
    'timeout_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    COUNT_LABELS,
    'timed-out or never answered / completed',
  ],
  ['availability', 'ratio', 'ratio', 'higher', 'end-to-end', COUNT_LABELS, 'ok / completed'],
  [
    'downtime_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    '',
    'stretches of at least a second in which every request ended without an answer / measured time',
  ],
  [
    'retry_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    COUNT_LABELS,
    'attempts that were retries / completed',
  ],
  [
    'drop_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    '',
    'arrivals that found no free agent and were dropped / planned',
  ],
  [
    'late_ratio',
    'ratio',
    'ratio',
    'lower',
    'end-to-end',
    '',
    'journeys begun more than 10 ms after their intended start / started',
  ],
  [
    'demand_met',
    'ratio',
    'ratio',
    'higher',
    'end-to-end',
    '',
    'journeys completed / planned: throughput against the demand of the plan',
  ],
  ['plan_kept', 'ratio', 'ratio', 'higher', 'end-to-end', '', 'journeys started / planned'],
  [
    'bytes_sent',
    'counter',
    'bytes',
    'neither',
    'end-to-end',
    COUNT_LABELS,
    'request bytes handed to sockets',
  ],
  [
    'bytes_received',
    'counter',
    'bytes',
    'neither',
    'end-to-end',
    COUNT_LABELS,
    'response bytes read from sockets',
  ],
  ['active_agents', 'gauge', 'count', 'neither', 'end-to-end', '', 'agents inside a session'],
  ['backlog', 'gauge', 'count', 'lower', 'end-to-end', '', 'arrivals waiting for a free agent'],
  ['in_flight', 'gauge', 'count', 'neither', 'end-to-end', '', 'requests sent and not yet done'],
  ['escalations', 'counter', 'count', 'neither', 'end-to-end', '', 'operations handed to an expert'],
  [
    'recovery_time',
    'gauge',
    'ms',
    'lower',
    'end-to-end',
    'phase',
    'from the end of the phase until response time p95 stays at or below twice its level before the phase',
  ],
  [
    'backlog_drain_time',
    'gauge',
    'ms',
    'lower',
    'end-to-end',
    'phase',
    'from the end of the phase until backlog + in-flight are back at their level before it',
  ],
  [
    'component_time',
    'distribution',
    'ms',
    'lower',
    'component',
    'component step phase',
    'time the target reported for a component in Server-Timing',
  ],
  [
    'component_share',
    'ratio',
    'ratio',
    'neither',
    'component',
    'component',
    'component time / service time, over all requests',
  ],
  ['generator_cpu', 'gauge', 'cores', 'lower', 'resource', '', 'cores the generator used'],
  ['generator_memory', 'gauge', 'bytes', 'lower', 'resource', '', 'resident memory of the generator'],
  [
    'event_loop_utilization',
    'gauge',
    'ratio',
    'lower',
    'resource',
    '',
    "share of time a shard's loop was busy (the busiest shard)",
  ],
  [
    'event_loop_delay',
    'gauge',
    'ms',
    'lower',
    'resource',
    '',
    "longest turn of a shard's loop in an interval",
  ],
  [
    'gc_pause',
    'gauge',
    'ms',
    'lower',
    'resource',
    '',
    'longest garbage-collection pause of a shard in an interval',
  ],
  [
    'run_queue_wait',
    'gauge',
    'ratio',
    'lower',
    'resource',
    '',
    "share of time a shard's thread waited for a core",
  ],
  ['target_cpu', 'gauge', 'cores', 'lower', 'resource', '', 'cores the target process used (needs its pid)'],
  [
    'target_memory',
    'gauge',
    'bytes',
    'lower',
    'resource',
    '',
    'resident memory of the target process (needs its pid)',
  ],
  [
    'target_cpu_ratio',
    'gauge',
    'ratio',
    'lower',
    'resource',
    '',
    "cores the target process used / those it may use: its control group's quota, else the machine's (needs its pid)",
  ],
  [
    'target_memory_ratio',
    'gauge',
    'ratio',
    'lower',
    'resource',
    '',
    "resident memory of the target process / what it may use: its control group's limit, else the machine's (needs its pid)",
  ],
  [
    'rss_growth',
    'gauge',
    'bytes',
    'lower',
    'resource',
    '',
    'what the resident memory of the target process grew by, by a slope that single seconds do not move (needs its pid)',
  ],
  ['probe_value', 'gauge', 'count', 'neither', 'resource', 'probe', 'figure that a probe gave'],
  ['probe_cpu', 'gauge', 'cores', 'lower', 'resource', 'probe', 'cores that what a probe watches used'],
  ['probe_memory', 'gauge', 'bytes', 'lower', 'resource', 'probe', 'resident memory of what a probe watches'],
  [
    'visual_findings',
    'gauge',
    'count',
    'lower',
    'output',
    'visual',
    'what is wrong with a picture against the approved one; 0 when it is as approved',
  ],
]

/** The catalogue by name, in presentation order. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  ROWS.map(([name, kind, unit, better, family, labels, meaning]) => [
    name,
    { name, kind, unit, better, family, labels: labels === '' ? [] : labels.split(' '), meaning },
  ]),
)

/**
 * A loop of the generator that stands still at least this long (a paused machine, code that never yields) has lost its
 * sense of time: nothing that was under way is timed, and no timed objective of the run can be judged.
 */
export const LOOP_STALL_MS = 500

/** Journeys begun later than this after their intended start count as late. */
export const LATE_START_MS = 10
