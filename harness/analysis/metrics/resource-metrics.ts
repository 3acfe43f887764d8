/** Components of the target, resources on both sides, and pictures: what is found out beside the requests. */
import { lookUp } from '../../base/names.ts'
import { ANY_OUTCOME } from '../../model/outcome.ts'
import type { MeasuredInterval, MeasuredView } from '../measured-view.ts'
import { slopePerMs } from '../slope.ts'
import { findingCountOf, visualOf } from '../visual-findings.ts'
import type { Metric, MetricValue, Resource } from './metric.ts'

const FIGURE = {
  unit: 'ratio',
  better: 'lower',
  labels: [],
  watch: 'latest',
  isAboutAnswers: false,
  resource: null,
  charts: [],
  boundsOn: [],
  replaces: null,
} as const

const COMPONENT = {
  ...FIGURE,
  labels: ['component'],
  trust: 'clocked',
  charts: ['waterfall', 'components'],
} as const

const GENERATOR = { ...FIGURE, trust: 'clocked', charts: ['loop', 'startDelay'] } as const

const TARGET_CPU = {
  ...FIGURE,
  unit: 'cores',
  trust: 'target',
  resource: resource('target', () => 'target CPU'),
  charts: ['cpu', 'latency'],
} as const

const TARGET_MEMORY = {
  ...TARGET_CPU,
  unit: 'bytes',
  resource: resource('target', () => 'target memory'),
  charts: ['memory', 'rate'],
} as const

const PROBE = { ...FIGURE, labels: ['probe'], trust: 'target' } as const

export const RESOURCE_METRICS: readonly Metric[] = [
  {
    ...COMPONENT,
    name: 'component_time',
    meaning: 'time the target reported for a component in Server-Timing',
    unit: 'ms',
    labels: ['component', 'step', 'phase'],
    value: { kind: 'distribution', cell: 'component_time', of: 'samples' },
    isAboutAnswers: true,
  },
  {
    ...COMPONENT,
    name: 'component_share',
    meaning: 'component time / service time, over all requests',
    better: 'neither',
    value: { kind: 'ratio', from: 'run', whole: componentShare },
    watch: 'whole-run',
  },
  {
    ...GENERATOR,
    name: 'generator_cpu',
    meaning: 'cores the generator used',
    unit: 'cores',
    value: gauge(({ generator }) => generator.cpuCores),
    resource: resource('generator', () => 'generator CPU'),
  },
  {
    ...GENERATOR,
    name: 'generator_memory',
    meaning: 'resident memory of the generator',
    unit: 'bytes',
    value: gauge(({ generator }) => generator.rssBytes),
    resource: resource('generator', () => 'generator memory'),
  },
  {
    ...GENERATOR,
    name: 'event_loop_utilization',
    meaning: "share of time a shard's loop was busy (the busiest shard)",
    value: gauge(({ health }) => health.eventLoopUtilization),
    resource: resource('generator', () => 'event loop utilization'),
    boundsOn: ['loop'],
  },
  {
    ...GENERATOR,
    name: 'event_loop_delay',
    meaning: "longest block of a shard's event loop in an interval",
    unit: 'ms',
    value: gauge(({ health }) => health.loopDelayMaxMs),
    resource: resource('generator', () => 'event loop delay'),
  },
  {
    ...GENERATOR,
    name: 'gc_pause',
    meaning: 'longest garbage-collection pause of a shard in an interval',
    unit: 'ms',
    value: gauge(({ health }) => health.gcPauseMaxMs),
    resource: resource('generator', () => 'gc pause'),
  },
  {
    ...GENERATOR,
    name: 'run_queue_wait',
    meaning: "share of time a shard's thread waited for a core",
    value: gauge(({ health }) => health.runQueueWaitRatio),
    resource: resource('generator', () => 'run queue wait'),
    boundsOn: ['loop'],
  },
  {
    ...TARGET_CPU,
    name: 'target_cpu',
    meaning: 'cores the target process used (needs its pid)',
    value: gauge(({ target }) => target?.cpuCores ?? null),
    boundsOn: ['cpu'],
  },
  {
    ...TARGET_MEMORY,
    name: 'target_memory',
    meaning: 'resident memory of the target process (needs its pid)',
    value: gauge(({ target }) => target?.rssBytes ?? null),
    boundsOn: ['memory'],
  },
  {
    ...TARGET_CPU,
    name: 'target_cpu_ratio',
    meaning:
      "cores the target process used / those it may use: its control group's quota, else the machine's (needs its pid)",
    unit: 'ratio',
    value: gauge(({ target }) => target?.cpuRatio ?? null),
  },
  {
    ...TARGET_MEMORY,
    name: 'target_memory_ratio',
    meaning:
      "resident memory of the target process / what it may use: its control group's limit, else the machine's (needs its pid)",
    unit: 'ratio',
    value: gauge(({ target }) => target?.memoryRatio ?? null),
  },
  {
    ...TARGET_MEMORY,
    name: 'rss_growth',
    meaning:
      'what the resident memory of the target process grew by, by a slope that single seconds do not move (needs its pid)',
    value: { kind: 'gauge', from: 'run', whole: rssGrowthBytes },
    watch: 'whole-run',
  },
  {
    ...PROBE,
    name: 'probe_value',
    meaning: 'figure that a probe gave',
    unit: 'count',
    better: 'neither',
    value: probeGauge(({ value }) => value),
    resource: resource('probe', (probe) => `figure of ${probe}`),
  },
  {
    ...PROBE,
    name: 'probe_cpu',
    meaning: 'cores that what a probe watches used',
    unit: 'cores',
    value: probeGauge(({ cpuCores }) => cpuCores),
    resource: resource('probe', (probe) => `${probe} CPU`),
    charts: ['cpu', 'latency'],
  },
  {
    ...PROBE,
    name: 'probe_memory',
    meaning: 'resident memory of what a probe watches',
    unit: 'bytes',
    value: probeGauge(({ rssBytes }) => rssBytes),
    resource: resource('probe', (probe) => `${probe} memory`),
    charts: ['memory', 'rate'],
  },
  {
    ...FIGURE,
    name: 'visual_findings',
    meaning: 'what is wrong with a picture against the approved one; 0 when it is as approved',
    unit: 'count',
    labels: ['visual'],
    value: {
      kind: 'gauge',
      from: 'record',
      atEnd({ record }, labels) {
        const visual = visualOf(record, labels)
        return visual === null ? null : findingCountOf(visual)
      },
    },
    trust: 'target',
    watch: { knownWhen: 'the load is over' },
  },
]

function gauge(at: (interval: MeasuredInterval) => number | null): MetricValue {
  return { kind: 'gauge', from: 'intervals', at }
}

type ProbeSample = NonNullable<MeasuredInterval['probes'][string]>

function probeGauge(of: (sample: ProbeSample) => number | null): MetricValue {
  return {
    kind: 'gauge',
    from: 'intervals',
    at({ probes }, labels) {
      const sample = lookUp(probes, labels['probe'] ?? '') ?? null
      return sample === null ? null : of(sample)
    },
  }
}

function resource(owner: Resource['owner'], nameOf: (probe: string) => string): Resource {
  return { owner, nameOf: (labels) => nameOf(labels['probe'] ?? '') }
}

function componentShare(view: MeasuredView, labels: Readonly<Record<string, string>>): number | null {
  const serviceUs = view.sumUs('service_time', { outcome: ANY_OUTCOME })
  return serviceUs === 0 ? null : view.sumUs('component_time', labels) / serviceUs
}

/** Returns the growth of the target's memory over the intervals in which it is known. */
function rssGrowthBytes(view: MeasuredView): number | null {
  const known = view.intervals.filter(({ target }) => target !== null)
  const slope = slopePerMs(known.map(({ startMs, target }) => [startMs, target?.rssBytes ?? 0]))
  const lengthMs = known.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  return slope === null ? null : slope * lengthMs
}
