/**
 * Every chart of a run over time, defined once: its name, its axis and its lines. The report, the live page, the pages of
 * the history and the terminal take them from here; a chart of which the series knows nothing is none.
 */
import { lookUp } from '../base/names.ts'
import type { ChartSeries, ChartSubject, ChartUnit, LineChart } from '../model/chart.ts'
import type { ResourceUse, RunPoint } from '../model/run-point.ts'
import { isKnown, line, namesOf, placeColour, RESOURCES_MAX, stackOf } from './lines.ts'
import { PERCENTILES } from './percentiles.ts'
import { boundsOn, chartOver, type RunSeries } from './run-series.ts'

/** Charts that need nothing but a series, in the order of a report. */
export const OVER_TIME = [
  'latency',
  'rate',
  'errors',
  'components',
  'cpu',
  'memory',
  'startDelay',
  'loop',
  'agents',
  'regions',
] as const satisfies readonly ChartSubject[]
export type OverTimeSubject = (typeof OVER_TIME)[number]

interface Definition {
  readonly id: string
  readonly title: string
  readonly note: string | ((series: RunSeries) => string)
  /** Name of the axis. */
  readonly label: string
  readonly unit: ChartUnit
  readonly isStacked?: boolean
  /** True where a linear axis would press most of it to the ground. */
  isLog?(lines: readonly ChartSeries[]): boolean
  lines(series: RunSeries): ChartSeries[]
}

/** Above this ratio of the slowest to the fastest, the slow end presses the rest to the ground on a linear axis. */
const LOG_FROM_RATIO = 30

const RATE_NOTES = {
  open: 'Where fewer journeys start than were planned, the load was another one than was asked for.',
  closed: 'Agents begin the next journey when the last one is over, so a slow target lowers the rate.',
} as const

const DEFINITIONS: Readonly<Record<OverTimeSubject, Definition>> = {
  latency: {
    id: 'latency-over-time',
    title: 'Response time over time',
    note: 'From the instant a request was due until it was done.',
    label: 'response time',
    unit: 'ms',
    isLog: (lines) => spreadOf(lines) > LOG_FROM_RATIO,
    lines: ({ points }) =>
      PERCENTILES.filter(({ label }) =>
        points.some(({ percentilesMs }) => lookUp(percentilesMs, label) !== undefined),
      ).map(({ label, colour, style }) =>
        line(
          label,
          colour,
          style,
          points.map(({ percentilesMs }) => lookUp(percentilesMs, label) ?? null),
        ),
      ),
  },
  rate: {
    id: 'rate',
    title: 'Rate',
    note: ({ isOpen }) => (isOpen === null ? '' : RATE_NOTES[isOpen ? 'open' : 'closed']),
    label: 'rate',
    unit: '1/s',
    lines: ({ points, isOpen }) => [
      over(points, 'requests completed', 0, 'solid', ({ requestsPerSec }) => requestsPerSec),
      over(points, 'journeys started', 1, 'solid', ({ startedPerSec }) => startedPerSec),
      ...(isOpen === true
        ? [over(points, 'journeys planned', 'quiet', 'dashed', ({ plannedPerSec }) => plannedPerSec)]
        : []),
    ],
  },
  errors: {
    id: 'errors',
    title: 'Errors by kind',
    note: 'Failed requests per second by cause (stacked).',
    label: 'errors',
    unit: '1/s',
    isStacked: true,
    lines: ({ points }) => stackOf(points, ({ errorsPerSec }) => errorsPerSec),
  },
  components: {
    id: 'components',
    title: 'Time by component',
    note: 'Mean server time per response by component (stacked, from Server-Timing).',
    label: 'time of an answer',
    unit: 'ms',
    isStacked: true,
    lines: ({ points }) => stackOf(points, ({ componentMs }) => componentMs, hasAnswers),
  },
  cpu: {
    id: 'target-cpu',
    title: 'CPU of the target',
    note: '',
    label: 'CPU',
    unit: 'cores',
    lines: ({ points }) => resourceLines(points, ({ cpuCores }) => cpuCores),
  },
  memory: {
    id: 'target-memory',
    title: 'Memory of the target',
    note: '',
    label: 'resident memory',
    unit: 'bytes',
    lines: ({ points }) => resourceLines(points, ({ rssBytes }) => rssBytes),
  },
  startDelay: {
    id: 'start-delay',
    title: 'Start delay of the generator',
    note: 'From the instant a request was due until its first byte left, without connecting: what the generator and its pools added.',
    label: 'start delay',
    unit: 'ms',
    lines: ({ points }) => [over(points, 'p99', 0, 'solid', ({ startDelayP99Ms }) => startDelayP99Ms)],
  },
  loop: {
    id: 'generator-loop',
    title: 'How busy the generator was',
    note: 'Event loop use of the busiest thread. Near 100 %, it cannot keep the plan.',
    label: 'share of the time',
    unit: 'ratio',
    lines: ({ points }) => [
      over(points, 'loop busy', 0, 'solid', ({ loopBusyRatio }) => loopBusyRatio),
      over(points, 'waiting for a core', 1, 'dashed', ({ coreWaitRatio }) => coreWaitRatio),
    ],
  },
  agents: {
    id: 'agents',
    title: 'Agents',
    note: 'At the end of each interval.',
    label: 'agents and requests',
    unit: 'count',
    lines: ({ points }) => [
      over(points, 'active agents', 0, 'solid', ({ activeAgents }) => activeAgents),
      over(points, 'requests in flight', 1, 'dashed', ({ inFlight }) => inFlight),
      over(points, 'arrivals waiting', 2, 'dotted', ({ backlog }) => backlog),
    ],
  },
  regions: {
    id: 'regions',
    title: 'Agents by region',
    note: 'At the end of each interval (stacked).',
    label: 'agents',
    unit: 'count',
    isStacked: true,
    lines: ({ points }) => stackOf(points, ({ regions }) => regions),
  },
}

/** The chart; null where the series knows nothing of it. @param step whose response times the series holds; null for all */
export function overTimeChart(
  subject: OverTimeSubject,
  series: RunSeries,
  step: string | null = null,
): LineChart | null {
  const { id, title, note, isLog, lines, ...axis } = DEFINITIONS[subject]
  const known = lines(series).filter(isKnown)
  if (known.length === 0) return null
  return chartOver(series, {
    id: `${id}${step === null ? '' : '-of-step'}`,
    title: `${title}${step === null ? '' : ` of step ${step}`}`,
    note: typeof note === 'string' ? note : note(series),
    ...axis,
    ...(isLog?.(known) === true ? { isLog: true } : {}),
    lines: known,
    bounds: boundsOn(series.bounds, subject, step),
  })
}

/** Every chart that the series knows something of. */
export function overTimeCharts(series: RunSeries): LineChart[] {
  return OVER_TIME.map((subject) => overTimeChart(subject, series)).filter((chart) => chart !== null)
}

type PickValue = (point: RunPoint) => number | null

function over(
  points: readonly RunPoint[],
  label: string,
  colour: ChartSeries['colour'],
  style: ChartSeries['style'],
  pick: PickValue,
): ChartSeries {
  return line(label, colour, style, points.map(pick))
}

/** The target's own process, and what probes watch besides. */
function resourceLines(
  points: readonly RunPoint[],
  pick: (use: ResourceUse) => number | null,
): ChartSeries[] {
  const probes = namesOf(points.map((point) => point.probes)).sort()
  const usedBy = (use: ResourceUse | null | undefined) => (use == null ? null : pick(use))
  return [
    over(points, 'target', 0, 'solid', ({ target }) => usedBy(target)),
    ...probes
      .slice(0, RESOURCES_MAX)
      .map((name, i) =>
        over(points, name, placeColour(i + 1), 'dashed', (point) => usedBy(lookUp(point.probes, name))),
      ),
  ]
}

/** Nothing is known of components in an interval that had no answer. */
function hasAnswers({ componentMs }: RunPoint): boolean {
  return Object.keys(componentMs).length > 0
}

/** The highest by the lowest known value; 0 where there is none. */
function spreadOf(lines: readonly ChartSeries[]): number {
  let low = Number.POSITIVE_INFINITY
  let high = 0
  for (const { values } of lines)
    for (const value of values) {
      if (value === null) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  return low > 0 ? high / low : 0
}
