/**
 * The names under which figures of runs are kept elsewhere. Dashboards and alert rules are made of them: a change is told in
 * CHANGELOG.md, and the golden file of the tests fails until it is.
 */
import { lookUp } from '../../base/names.ts'
import type { MetricFamily, MetricType } from '../../model/metric-point.ts'

export const PREFIX = 'proofload_'

/** The word by which a unit ends a name. */
const SUFFIXES: Readonly<Record<string, string>> = {
  s: '_seconds',
  By: '_bytes',
  '1': '_ratio',
  '{core}': '_cores',
}

/** Makes a family; the name of a thing that counts its unit already, such as bytes sent, does not repeat it. */
export function family(type: MetricType, key: string, unit: string, help: string): MetricFamily {
  const suffix = lookUp(SUFFIXES, unit) ?? ''
  return { key, type, unit, suffix: key.includes(suffix.slice(1)) ? '' : suffix, help }
}

const counter = (key: string, help: string, unit = '') => family('counter', key, unit, help)
const gauge = (key: string, help: string, unit = '') => family('gauge', key, unit, help)
const times = (key: string, help: string) => family('histogram', key, 's', help)

/** All families but those of measures, in the order in which they are told. */
export const FAMILIES = {
  requests: counter('requests', 'Requests that ended, by outcome.'),
  errors: counter('errors', 'Requests that did not end well, by kind of error.'),
  retries: counter('retries', 'Attempts after the first.'),
  bytesSent: counter('bytes_sent', 'Bytes sent to the target.', 'By'),
  bytesReceived: counter('bytes_received', 'Bytes received from the target.', 'By'),
  response_time: times('response_time', 'Response time from the intended start, by outcome.'),
  service_time: times('service_time', 'Time from sent to done: what the target took.'),
  start_delay: times('start_delay', 'Time that the load generator and its pools added before sending.'),
  connect_time: times('connect_time', 'Time that a request waited for its connection to be opened.'),
  ttfb: times('ttfb', 'Time from sent to the first byte of the answer.'),
  component_time: times('component_time', 'Time that a component of the target took, as it reports it.'),
  sloJudged: counter('slo_judged', 'Requests that joint conditions were applied to.'),
  sloAttained: counter('slo_attained', 'Requests that met all conditions of an slo.'),
  planned: counter('planned', 'Starts that the plan wanted.'),
  started: counter('started', 'Starts that took place.'),
  dropped: counter('dropped', 'Starts that never took place because no agent was free.'),
  lateStarts: counter('late_starts', 'Starts more than 10 ms late.'),
  iterations: counter('iterations', 'Passes of agents through a journey.'),
  targetRate: gauge('target_rate', 'Demanded starts a second (open model).'),
  activeAgents: gauge('active_agents', 'Agents at work.'),
  inFlight: gauge('in_flight', 'Requests under way.'),
  backlog: gauge('backlog', 'Arrivals that wait for a free agent.'),
  objectiveState: gauge(
    'objective_state',
    'State of an objective: 0 ok, 1 pending, 2 firing, 3 recovering, -1 not watched.',
  ),
  objectiveValue: gauge('objective_value', 'Value of an objective so far, in base units.'),
  objectiveBound: gauge('objective_bound', 'Bound of an objective, in base units.'),
  objectiveInfo: gauge('objective_info', 'Text of an objective; the value is always 1.'),
  errorBudgetLeft: gauge('error_budget_left', 'Rest of the error budget of an objective.', '1'),
  generatorCpu: gauge('generator_cpu', 'Processor use of the load generator.', '{core}'),
  generatorMemory: gauge('generator_memory', 'Memory of the load generator.', 'By'),
  loopUtilization: gauge('generator_event_loop_utilization', 'Busy share of the event loop of a shard.', '1'),
  loopDelay: gauge('generator_loop_delay', 'Longest turn of the event loop of a shard.', 's'),
  gcPause: gauge('generator_gc_pause', 'Longest pause for garbage collection of a shard.', 's'),
  runQueueWait: gauge(
    'generator_run_queue_wait',
    'Share of the time in which a shard was ready to run and had no core.',
    '1',
  ),
  probeValue: gauge('probe_value', 'Figure of a probe.'),
  probeCpu: gauge('probe_cpu', 'Processor use seen by a probe.', '{core}'),
  probeMemory: gauge('probe_memory', 'Memory seen by a probe.', 'By'),
  runInfo: gauge('run_info', 'Identity of the run; the value is always 1.'),
  runState: gauge('run_state', 'State of the run: 0 preparing, 1 warm-up, 2 measured, 3 draining, 4 done.'),
  runVerdict: gauge('run_verdict', 'Verdict of the run: 1 GO, 0 NO-GO, -1 INCONCLUSIVE.'),
  outputDropped: counter('output_dropped', 'Intervals that an output could not take in time.'),
  outputFailures: counter('output_failures', 'Failed attempts of an output to send.'),
} as const satisfies Readonly<Record<string, MetricFamily>>

/** Returns the name in Prometheus: `proofload_requests_total`, `proofload_response_time_seconds`. */
export function prometheusName({ type, key, suffix }: MetricFamily): string {
  return `${PREFIX}${key}${suffix}${type === 'counter' ? '_total' : ''}`
}

/** Returns the name in OpenTelemetry and StatsD: `proofload.response_time`; the unit stands beside it. */
export function dottedName({ key }: MetricFamily): string {
  return `proofload.${key}`
}
