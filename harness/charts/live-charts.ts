/** The series of a watched run as charts. Pure: `chart-view.ts` draws them. */
import { lookUp } from '../base/names.ts'
import type { ChartAxis, ChartBound, ChartColour, ChartMark, ChartSeries, LineChart } from '../model/chart.ts'
import type { LiveEvent, LivePoint, LiveView } from '../model/live-view.ts'

/** Lines that can be told apart; what happens less often is one line more. */
const KINDS_MAX = 6
/** Marks that can be read; the newest count. */
const MARKS_MAX = 20

/** What is worth a picture by now; a chart without a figure is left out. */
export function liveCharts(points: readonly LivePoint[], view: LiveView): LineChart[] {
  const picture = createPicture(points, marksOf(view.events))
  return [...trafficCharts(points, view, picture), ...machineCharts(points, picture)].filter(({ series }) =>
    series.some(({ values }) => values.some((value) => value !== null)),
  )
}

/** What is sent, and what comes back. */
function trafficCharts(
  points: readonly LivePoint[],
  { objectives }: LiveView,
  picture: Picture,
): LineChart[] {
  const pick = (of: (point: LivePoint) => number | null) => points.map(of)
  const percentiles = [
    line(
      'p50',
      2,
      pick(({ p50Ms }) => p50Ms),
    ),
    line(
      'p95',
      1,
      pick(({ p95Ms }) => p95Ms),
    ),
    line(
      'p99',
      0,
      pick(({ p99Ms }) => p99Ms),
    ),
  ]
  const errors = kindsOf(points, ({ errorsPerSec }) => errorsPerSec)
  const components = kindsOf(points, ({ componentMs }) => componentMs)
  return [
    picture('rate', 'Load', { label: 'Journeys a second', unit: '1/s' }, [
      line(
        'planned',
        'quiet',
        pick(({ plannedPerSec }) => plannedPerSec),
        'dashed',
      ),
      line(
        'started',
        0,
        pick(({ startedPerSec }) => startedPerSec),
      ),
    ]),
    picture('latency', 'Response time', { label: 'Response time', unit: 'ms' }, percentiles, {
      bounds: boundsOf(objectives),
    }),
    picture('errors', 'Errors by kind', { label: 'Errors a second', unit: '1/s' }, errors),
    picture('components', 'Where the time goes', { label: 'Mean of an answer', unit: 'ms' }, components, {
      isStacked: true,
    }),
  ]
}

/** What the machines on both sides have to do for it. */
function machineCharts(points: readonly LivePoint[], picture: Picture): LineChart[] {
  const one = (label: string, colour: ChartColour, of: (point: LivePoint) => number | null) => [
    line(label, colour, points.map(of)),
  ]
  return [
    picture(
      'target-cpu',
      'Target CPU',
      { label: 'Cores', unit: 'cores' },
      one('CPU', 0, ({ targetCpuCores }) => targetCpuCores),
    ),
    picture(
      'target-memory',
      'Target memory',
      { label: 'Resident memory', unit: 'bytes' },
      one('RSS', 1, ({ targetRssBytes }) => targetRssBytes),
    ),
    picture(
      'start-delay',
      'Generator slip',
      { label: 'Starts late (p99)', unit: 'ms' },
      one('p99', 0, ({ startDelayP99Ms }) => startDelayP99Ms),
    ),
  ]
}

type Picture = (
  id: string,
  title: string,
  yAxis: ChartAxis,
  series: readonly ChartSeries[],
  more?: Partial<Pick<LineChart, 'isStacked' | 'bounds'>>,
) => LineChart

function createPicture(points: readonly LivePoint[], marks: readonly ChartMark[]): Picture {
  const x = points.map(({ atMs }) => atMs / 1000)
  return (id, title, yAxis, series, more = {}) => ({
    kind: 'lines',
    id: `live-${id}`,
    title,
    note: '',
    xAxis: { label: 'Time', unit: 's' },
    x,
    xLabels: null,
    yAxis,
    series,
    isStacked: false,
    bands: [],
    bounds: [],
    marks,
    ...more,
  })
}

function line(
  label: string,
  colour: ChartColour,
  values: readonly (number | null)[],
  style: ChartSeries['style'] = 'solid',
): ChartSeries {
  return { label, colour, style, values }
}

/** One line a kind, the most frequent first. */
function kindsOf(
  points: readonly LivePoint[],
  of: (point: LivePoint) => Readonly<Record<string, number>>,
): ChartSeries[] {
  const totals = new Map<string, number>()
  for (const point of points)
    for (const [kind, value] of Object.entries(of(point))) totals.set(kind, (totals.get(kind) ?? 0) + value)
  const kinds = [...totals].sort(([, a], [, b]) => b - a).map(([kind]) => kind)
  const shown = kinds.slice(0, KINDS_MAX)
  const rest = kinds.slice(KINDS_MAX)
  const amountOf = (point: LivePoint, kind: string) => lookUp(of(point), kind) ?? 0
  const lines = shown.map((kind, i) =>
    line(
      kind,
      i as ChartColour,
      points.map((point) => amountOf(point, kind)),
    ),
  )
  if (rest.length === 0) return lines
  const others = points.map((point) => rest.reduce((sum, kind) => sum + amountOf(point, kind), 0))
  return [...lines, line('others', 'quiet', others)]
}

/** Bounds of objectives about the response time of all steps; the value is drawn behind the label. */
function boundsOf(objectives: LiveView['objectives']): ChartBound[] {
  return objectives
    .filter(
      ({ metric, labels, unit }) =>
        metric === 'response_time' && unit === 'ms' && Object.keys(labels).length === 0,
    )
    .map(({ id, name, claim, op, bound }) => ({
      objective: id,
      label: `${name ?? claim} ${op}`,
      value: bound,
    }))
}

function marksOf(events: readonly LiveEvent[]): ChartMark[] {
  return events.flatMap((event) => markOf(event) ?? []).slice(-MARKS_MAX)
}

function markOf({ kind, label, atMs }: LiveEvent): ChartMark | null {
  if (label === null || kind === 'alert' || kind === 'note') return null
  return { kind, label, x: atMs / 1000, toX: null }
}
