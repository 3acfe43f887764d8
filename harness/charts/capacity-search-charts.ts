/** The probes of a search for a capacity: response time, and what was achieved, by what was offered. */
import type { CapacityRecord } from '../model/capacity.ts'
import type { ChartAxis, ChartMark, LineChart } from '../model/chart.ts'
import { line } from './lines.ts'
import { P99 } from './percentiles.ts'

const PLAIN = { xLabels: null, isStacked: false, bands: [], bounds: [] } as const

/** Both over the same x, which is offered requests or agents. */
export function capacitySearchCharts(record: CapacityRecord): LineChart[] {
  const probes = record.probes.filter(({ seconds }) => seconds > 0).sort((a, b) => a.x - b.x)
  if (probes.length < 2) return []
  const xAxis: ChartAxis =
    record.by === 'rate' ? { label: 'offered', unit: '1/s' } : { label: 'agents', unit: 'count' }
  const shared = {
    ...PLAIN,
    kind: 'lines',
    xAxis,
    // Probes of one x are told apart by the smallest of distances: x has to rise.
    x: probes.map(({ x }, i) => x * (1 + 1e-6 * i)),
    marks: marksOf(record),
  } as const
  const offered = probes.map(({ x, requestsPerStart }) => x * (requestsPerStart ?? 1))
  return [
    {
      ...shared,
      id: 'latency-by-load',
      title: 'Response time by load',
      note: 'Each point is a probe; the capacity is where the objective is just met.',
      yAxis: { label: 'p99 of response time', unit: 'ms', isLog: true },
      bounds: boundsOf(record),
      series: [
        line(
          P99.label,
          P99.colour,
          'points',
          probes.map(({ p99Ms }) => p99Ms),
        ),
      ],
    },
    {
      ...shared,
      id: 'achieved-by-load',
      title: 'Achieved by load',
      note: 'Where the points leave the line, the service answers less than is asked of it.',
      yAxis: { label: 'requests that ended well', unit: '1/s' },
      series: [
        line(
          'achieved',
          0,
          'points',
          probes.map(({ achievedPerSec }) => achievedPerSec),
        ),
        ...(record.by === 'rate' ? [line('offered', 'quiet', 'dashed', offered)] : []),
      ],
    },
  ]
}

function boundsOf({ limits, assumedP99Ms }: CapacityRecord): LineChart['bounds'] {
  const stated = limits.flatMap(({ id, expect, p99Ms }) =>
    p99Ms === null ? [] : [{ objective: id, label: expect, value: p99Ms }],
  )
  const assumed = limits.at(-1)
  return assumedP99Ms === null || assumed === undefined
    ? stated
    : [...stated, { objective: assumed.id, label: 'assumed', value: assumedP99Ms }]
}

function marksOf({ answer }: CapacityRecord): ChartMark[] {
  const marks: readonly (readonly [label: string, x: number | null | undefined])[] = [
    ['safe', answer?.safe],
    ['knee', answer?.knee],
  ]
  const known = marks.flatMap(([label, x]) =>
    x === null || x === undefined ? [] : [{ kind: 'change', objective: null, label, x, toX: null } as const],
  )
  // Labels are written from the left on.
  return known.sort((a, b) => a.x - b.x)
}
