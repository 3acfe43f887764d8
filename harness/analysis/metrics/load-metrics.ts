/** Journeys and agents, and how long a service takes to come back after a phase. */
import { backlogDrainTimeMs, recoveryTimeMs } from '../recovery.ts'
import { secondsOf } from './intervals.ts'
import { plannedStarts, sumOfJourneys } from './journeys.ts'
import type { Metric } from './metric.ts'
import { throughputKept } from './throughput-kept.ts'

const LOAD = {
  unit: 'count',
  better: 'neither',
  labels: [],
  trust: 'clocked',
  watch: 'latest',
  isAboutAnswers: false,
  resource: null,
  charts: ['agents', 'rate'],
  boundsOn: ['agents'],
  replaces: null,
} as const

const SHARE_OF_PLAN = {
  ...LOAD,
  unit: 'ratio',
  labels: ['workload'],
  watch: 'whole-run',
  charts: ['rate', 'agents'],
  boundsOn: [],
} as const

const AFTER_PHASE = {
  ...LOAD,
  unit: 'ms',
  better: 'lower',
  labels: ['phase'],
  watch: { knownWhen: 'the phase is over' },
  boundsOn: [],
} as const

export const LOAD_METRICS: readonly Metric[] = [
  {
    ...LOAD,
    name: 'iterations',
    meaning: 'journeys completed',
    better: 'higher',
    labels: ['workload'],
    value: {
      kind: 'counter',
      total: (view, labels) => sumOfJourneys(view, labels, 'iterations'),
      perSec: (interval) => interval.dispatch.iterations / secondsOf(interval),
    },
    charts: ['rate', 'agents'],
    boundsOn: [],
  },
  {
    ...SHARE_OF_PLAN,
    name: 'drop_ratio',
    meaning: 'arrivals that found no free agent and were dropped / planned',
    better: 'lower',
    value: {
      kind: 'ratio',
      from: 'run',
      whole: (view, labels) =>
        quotient(sumOfJourneys(view, labels, 'dropped'), sumOfJourneys(view, labels, 'planned')),
    },
  },
  {
    ...SHARE_OF_PLAN,
    name: 'late_ratio',
    meaning: 'journeys begun more than 10 ms after their intended start / started',
    better: 'lower',
    value: {
      kind: 'ratio',
      from: 'run',
      whole: (view, labels) =>
        quotient(sumOfJourneys(view, labels, 'lateStarts'), sumOfJourneys(view, labels, 'started')),
    },
    charts: ['startDelay', 'loop'],
  },
  {
    ...SHARE_OF_PLAN,
    name: 'demand_met',
    meaning: 'journeys completed / planned: throughput against the demand of the plan',
    better: 'higher',
    value: {
      kind: 'ratio',
      from: 'run',
      whole: (view, labels) =>
        quotient(sumOfJourneys(view, labels, 'iterations'), plannedStarts(view, labels)),
    },
    isAboutAnswers: true,
  },
  {
    ...SHARE_OF_PLAN,
    name: 'plan_kept',
    meaning: 'journeys started / planned',
    better: 'higher',
    value: {
      kind: 'ratio',
      from: 'run',
      whole: (view, labels) => quotient(sumOfJourneys(view, labels, 'started'), plannedStarts(view, labels)),
    },
  },
  {
    ...SHARE_OF_PLAN,
    name: 'throughput_kept',
    meaning:
      'completed requests per second after the first third of the measured part / its median second in that third; less is expected of less load',
    better: 'higher',
    labels: [],
    value: { kind: 'ratio', from: 'run', whole: throughputKept },
    watch: 'so-far',
    isAboutAnswers: true,
  },
  {
    ...LOAD,
    name: 'active_agents',
    meaning: 'agents inside a session',
    value: { kind: 'gauge', from: 'intervals', at: ({ activeAgents }) => activeAgents },
  },
  {
    ...LOAD,
    name: 'backlog',
    meaning: 'arrivals waiting for a free agent',
    better: 'lower',
    value: { kind: 'gauge', from: 'intervals', at: ({ backlog }) => backlog },
  },
  {
    ...LOAD,
    name: 'in_flight',
    meaning: 'requests sent and not yet done',
    value: { kind: 'gauge', from: 'intervals', at: ({ inFlight }) => inFlight },
  },
  {
    ...LOAD,
    name: 'escalations',
    meaning: 'operations handed to an expert',
    value: {
      kind: 'counter',
      total: ({ escalations }) => Object.values(escalations).reduce((sum, amount) => sum + amount, 0),
      perSec: null,
    },
    boundsOn: [],
  },
  {
    ...AFTER_PHASE,
    name: 'recovery_time',
    meaning:
      'from the end of the phase until response time p95 stays at or below twice its level before the phase',
    value: {
      kind: 'gauge',
      from: 'record',
      atEnd: (view, labels) => recoveryTimeMs(view, labels['phase'] ?? ''),
    },
    charts: ['latency', 'spectrum'],
  },
  {
    ...AFTER_PHASE,
    name: 'backlog_drain_time',
    meaning: 'from the end of the phase until backlog + in-flight are back at their level before it',
    value: {
      kind: 'gauge',
      from: 'record',
      atEnd: (view, labels) => backlogDrainTimeMs(view, labels['phase'] ?? ''),
    },
  },
]

function quotient(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
