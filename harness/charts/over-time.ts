/** Charts of one value an interval. */
import { sum } from 'simple-statistics'
import { secondsOf } from '../analysis/metrics/intervals.ts'
import { lookUp } from '../base/names.ts'
import { badOf, completedOf } from '../measure/counts.ts'
import type { ChartBound, ChartColour, ChartSeries, ChartUnit, LineChart } from '../model/chart.ts'
import type { RecordInterval } from '../model/run-record.ts'
import { boundsOf, marksOf } from './marks.ts'
import { type RunSeries, TIME_AXIS } from './run-series.ts'

/** More colours than these nobody tells apart in a stack. */
const STACK_MAX = 7
const OTHERS = 'others'

/** Journeys: what the plan asked for and what was begun; and the requests they came to. */
export function rateOverTime(series: RunSeries): LineChart {
  // While a run drains nothing is begun: that is no lower rate.
  const perSec = (pick: (interval: RecordInterval) => number) =>
    series.values((interval) =>
      isLoaded(interval, series.record.loadMs) ? pick(interval) / secondsOf(interval) : null,
    )
  const isOpen = series.record.plan.workload.model === 'open'
  const planned = line(
    'journeys planned',
    'quiet',
    'dashed',
    perSec(({ dispatch }) => dispatch.planned),
  )
  return overTime(series, 'rate', 'Rate', {
    note: isOpen
      ? 'Where fewer journeys start than were planned, the load was another one than was asked for.'
      : 'Agents begin the next journey when the last one is over, so a slow target lowers the rate.',
    label: 'rate',
    unit: '1/s',
    lines: [
      line('requests completed', 0, 'solid', perSec(completedIn)),
      line(
        'journeys started',
        1,
        'solid',
        perSec(({ dispatch }) => dispatch.started),
      ),
      ...(isOpen ? [planned] : []),
    ],
    bounds: boundsOf(series, 'rate', null),
  })
}

/** Null when every request ended well. */
export function errorsOverTime(series: RunSeries): LineChart | null {
  const kinds = largest(series, ({ errors }) => errors)
  if (kinds.length === 0) return null
  return overTime(series, 'errors', 'Errors by kind', {
    note: 'Requests that did not end well, upon one another.',
    label: 'errors',
    unit: '1/s',
    lines: stack(series, kinds, ({ errors }, kind) => lookUp(errors, kind) ?? 0, secondsOf),
    isStacked: true,
  })
}

/** Null when every request ended well. */
export function errorRatioOverTime(series: RunSeries): LineChart | null {
  if (series.verdict.summary.errorRatio === 0) return null
  const steps = Object.entries(series.verdict.summary.steps)
    .filter(([, { errorRatio }]) => errorRatio > 0)
    .sort(([, a], [, b]) => b.errorRatio - a.errorRatio)
    .slice(0, STACK_MAX)
  const ratio = (interval: RecordInterval, step: string | null) => {
    const wanted = Object.keys(interval.steps).filter((name) => step === null || name === step)
    const counts = wanted.flatMap((name) => lookUp(interval.steps, name) ?? [])
    const ended = sum(counts.map(completedOf))
    return ended === 0 ? null : sum(counts.map(badOf)) / ended
  }
  return overTime(series, 'error-ratio', 'Error ratio by step', {
    note: 'Share of the completed requests that did not end well.',
    label: 'error ratio',
    unit: 'ratio',
    lines: [
      line(
        'all steps',
        'quiet',
        'dashed',
        series.values((interval) => ratio(interval, null)),
      ),
      ...steps.map(([step], i) =>
        line(
          step,
          i as ChartColour,
          'solid',
          series.values((interval) => ratio(interval, step)),
        ),
      ),
    ],
    bounds: boundsOf(series, 'errorRatio', null),
  })
}

/** Null when the target told nothing. */
export function componentsOverTime(series: RunSeries): LineChart | null {
  const sums = ({ components }: RecordInterval) =>
    Object.fromEntries(Object.entries(components).map(([name, { sumUs }]) => [name, sumUs]))
  const names = largest(series, sums)
  if (names.length === 0) return null
  return overTime(series, 'components', 'Time by component', {
    note: 'Mean time of an answer, as the target reports it, upon one another.',
    label: 'time of an answer',
    unit: 'ms',
    lines: stack(
      series,
      names,
      ({ components }, name) => (lookUp(components, name)?.sumUs ?? 0) / 1000,
      (interval) => completedIn(interval),
    ),
    isStacked: true,
  })
}

/** Null when nothing watched the target's process, or any other. */
export function cpuOverTime(series: RunSeries): LineChart | null {
  return resource(series, {
    id: 'target-cpu',
    title: 'CPU of the target',
    label: 'CPU',
    unit: 'cores',
    pick: (sample) => sample.cpuCores,
    bounds: boundsOf(series, 'cpu', null),
  })
}

/** Null when nothing watched the target's process, or any other. */
export function memoryOverTime(series: RunSeries): LineChart | null {
  return resource(series, {
    id: 'target-memory',
    title: 'Memory of the target',
    label: 'resident memory',
    unit: 'bytes',
    pick: (sample) => sample.rssBytes,
    bounds: boundsOf(series, 'memory', null),
  })
}

/** What the generator added by being late, and how busy it was. */
export function startDelayOverTime(series: RunSeries): LineChart | null {
  const values = series.values(({ startDelayP99Ms }) => startDelayP99Ms)
  if (values.every((value) => value === null)) return null
  return overTime(series, 'start-delay', 'Start delay of the generator', {
    note: 'From the instant a request was due until its first byte left: what the generator and its pools added.',
    label: 'start delay',
    unit: 'ms',
    lines: [line('p99', 0, 'solid', values)],
    bounds: boundsOf(series, 'startDelay', null),
  })
}

export function loopOverTime(series: RunSeries): LineChart {
  return overTime(series, 'generator-loop', 'How busy the generator was', {
    note: 'Of the busiest thread. Near 100 % it can keep no plan.',
    label: 'share of the time',
    unit: 'ratio',
    lines: [
      line(
        'loop busy',
        0,
        'solid',
        series.values(({ health }) => health.eventLoopUtilization),
      ),
      line(
        'waiting for a core',
        1,
        'dashed',
        series.values(({ health }) => health.runQueueWaitRatio),
      ),
    ].filter(isKnown),
    bounds: boundsOf(series, 'loop', null),
  })
}

export function agentsOverTime(series: RunSeries): LineChart {
  return overTime(series, 'agents', 'Agents', {
    note: 'At the end of each interval.',
    label: 'agents and requests',
    unit: 'count',
    lines: [
      line(
        'active agents',
        0,
        'solid',
        series.values(({ activeAgents }) => activeAgents),
      ),
      line(
        'requests in flight',
        1,
        'dashed',
        series.values(({ inFlight }) => inFlight),
      ),
      line(
        'arrivals waiting',
        2,
        'dotted',
        series.values(({ backlog }) => backlog),
      ),
    ],
    bounds: boundsOf(series, 'agents', null),
  })
}

/** Null without regions. */
export function regionsOverTime(series: RunSeries): LineChart | null {
  const names = largest(series, ({ regions }) => regions)
  if (names.length === 0) return null
  return overTime(series, 'regions', 'Agents by region', {
    note: 'At the end of each interval, upon one another.',
    label: 'agents',
    unit: 'count',
    lines: stack(
      series,
      names,
      ({ regions }, name) => lookUp(regions, name) ?? 0,
      () => 1,
    ),
    isStacked: true,
  })
}

interface OverTime {
  readonly note: string
  readonly label: string
  readonly unit: ChartUnit
  readonly lines: readonly ChartSeries[]
  readonly bounds?: readonly ChartBound[]
  readonly isStacked?: boolean
}

function overTime(
  series: RunSeries,
  id: string,
  title: string,
  { note, label, unit, lines, bounds = [], isStacked = false }: OverTime,
): LineChart {
  return {
    kind: 'lines',
    id,
    title,
    note,
    xAxis: TIME_AXIS,
    x: series.x,
    xLabels: null,
    yAxis: { label, unit },
    series: lines,
    isStacked,
    bands: [],
    bounds,
    marks: marksOf(series),
  }
}

interface Resource {
  readonly id: string
  readonly title: string
  readonly label: string
  readonly unit: ChartUnit
  readonly bounds: readonly ChartBound[]
  pick(sample: { readonly cpuCores: number | null; readonly rssBytes: number | null }): number | null
}

/** The target's own process, and what probes watch besides. */
function resource(series: RunSeries, { id, title, label, unit, bounds, pick }: Resource): LineChart | null {
  const probes = [...new Set(series.intervals.flatMap((interval) => Object.keys(interval.probes)))].sort()
  const lines = [
    line(
      'target',
      0,
      'solid',
      series.values(({ target }) => (target === null ? null : pick(target))),
    ),
    ...probes.slice(0, STACK_MAX).map((name, i) =>
      line(
        name,
        (i + 1) as ChartColour,
        'dashed',
        series.values((interval) => {
          const sample = lookUp(interval.probes, name) ?? null
          return sample === null ? null : pick(sample)
        }),
      ),
    ),
  ].filter(isKnown)
  if (lines.length === 0) return null
  return overTime(series, id, title, { note: '', label, unit, lines, bounds })
}

function line(
  label: string,
  colour: ChartColour,
  style: ChartSeries['style'],
  values: ChartSeries['values'],
): ChartSeries {
  return { label, colour, style, values }
}

function isKnown({ values }: ChartSeries): boolean {
  return values.some((value) => value !== null)
}

/** Names with the most of it first. */
function largest(
  series: RunSeries,
  pick: (interval: RecordInterval) => Readonly<Record<string, number>>,
): string[] {
  const totals = new Map<string, number>()
  for (const interval of series.intervals)
    for (const [name, amount] of Object.entries(pick(interval)))
      totals.set(name, (totals.get(name) ?? 0) + amount)
  return [...totals]
    .filter(([, amount]) => amount > 0)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .map(([name]) => name)
}

/** The largest at the bottom; those beyond what can be told apart together. */
function stack(
  series: RunSeries,
  names: readonly string[],
  pick: (interval: RecordInterval, name: string) => number,
  divisorOf: (interval: RecordInterval) => number,
): ChartSeries[] {
  const single = names.length <= STACK_MAX + 1 ? names : names.slice(0, STACK_MAX)
  const rest = names.slice(single.length)
  const valuesOf = (wanted: readonly string[]) =>
    series.values((interval) => {
      const divisor = divisorOf(interval)
      return divisor === 0 ? null : wanted.reduce((sum, name) => sum + pick(interval, name), 0) / divisor
    })
  return [
    ...single.map((name, i) => line(name, i as ChartColour, 'solid', valuesOf([name]))),
    ...(rest.length === 0 ? [] : [line(OTHERS, 'quiet', 'solid', valuesOf(rest))]),
  ]
}

/** For most of it. */
function isLoaded({ startMs, endMs }: RecordInterval, loadMs: number): boolean {
  return loadMs >= (startMs + endMs) / 2
}

function completedIn({ steps }: RecordInterval): number {
  return sum(Object.values(steps).map(completedOf))
}
