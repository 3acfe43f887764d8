/** Throughput and response time by the number of active agents. */
import type { Capacity } from '../analysis/capacity/load-levels.ts'
import { rateAt } from '../analysis/scalability.ts'
import type { LineChart } from '../model/chart.ts'
import { line } from './lines.ts'
import { P99 } from './percentiles.ts'

const PLAIN = { xLabels: null, isStacked: false, bands: [], bounds: [], marks: [] } as const

const CURVE_POINTS = 60

const X_AXIS = { label: 'active agents', unit: 'count' } as const

/** Throughput by agents with the law through it, and response time by agents. */
export function capacityCharts(capacity: Capacity): LineChart[] {
  return [throughputByAgents(capacity), latencyByAgents(capacity)]
}

function throughputByAgents({ levels, fit, peak }: Capacity): LineChart {
  const curve = fit === null ? [] : placesOfCurve(levels, peak)
  const x = [...new Set([...levels.map(({ agents }) => agents), ...curve])].sort((a, b) => a - b)
  const byAgents = new Map(levels.map((level) => [level.agents, level]))
  const measured = x.map((agents) => byAgents.get(agents)?.okPerSec ?? null)
  return {
    ...PLAIN,
    kind: 'lines',
    id: 'throughput-by-agents',
    title: 'Throughput by active agents',
    note: 'Where the line bends, more agents wait instead of getting more done.',
    xAxis: X_AXIS,
    x,
    yAxis: { label: 'requests that ended well', unit: '1/s' },
    series: [
      line('measured', 0, 'points', measured),
      ...(fit === null ? [] : [line('scalability law', 1, 'dashed', lawAt(fit, x))]),
    ],
    marks:
      peak.kind === 'peak'
        ? [
            {
              kind: 'change',
              objective: null,
              label: `peak at ${Math.round(peak.agents)}`,
              x: peak.agents,
              toX: null,
            },
          ]
        : [],
  }
}

/** Places of the curve: as far as may be spoken of, and no further than there is something to see. */
function placesOfCurve(levels: Capacity['levels'], peak: Capacity['peak']): number[] {
  const agents = levels.map((level) => level.agents)
  const [smallest, largest] = [Math.min(...agents), Math.max(...agents)]
  const end = peak.kind === 'peak' ? Math.max(largest, peak.agents * 1.2) : largest
  return Array.from(
    { length: CURVE_POINTS },
    (_, i) => smallest + ((end - smallest) * i) / (CURVE_POINTS - 1),
  )
}

function lawAt({ lambda, alpha, beta }: NonNullable<Capacity['fit']>, x: readonly number[]): number[] {
  return x.map((agents) => rateAt([lambda, alpha, beta], agents))
}

function latencyByAgents({ levels }: Capacity): LineChart {
  const times = levels.map(({ p99Ms }) => p99Ms)
  return {
    ...PLAIN,
    kind: 'lines',
    id: 'latency-by-agents',
    title: 'Response time by active agents',
    note: '',
    xAxis: X_AXIS,
    x: levels.map(({ agents }) => agents),
    yAxis: { label: 'p99 of response time', unit: 'ms', isLog: true },
    series: [line(P99.label, P99.colour, P99.style, times)],
  }
}
