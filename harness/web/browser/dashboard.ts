/** The live page of a run: what the server tells is kept, and shown unless the view is paused. */

import { liveSeries } from '../../charts/live-series.ts'
import { overTimeCharts } from '../../charts/over-time.ts'
import type { LineChart } from '../../model/chart.ts'
import type { LiveMessage } from '../../model/live-message.ts'
import type { LiveView } from '../../model/live-view.ts'
import type { RunPoint } from '../../model/run-point.ts'
import { type ChartView, showChart } from './chart-view.ts'
import { byId, element, setText, setTone } from './dom.ts'
import { createControls } from './live-controls.ts'
import { createPanels } from './live-panels.ts'

interface ShownChart {
  readonly figure: HTMLElement
  readonly view: ChartView
}

const showPanels = createPanels()
const charts = new Map<string, ShownChart>()
let points: readonly RunPoint[] = []
let latest: LiveMessage | null = null
let isPaused = false
let chartedSecond = ''

const controls = createControls((paused) => {
  isPaused = paused
  if (latest !== null) show(latest)
})

function take(message: LiveMessage): void {
  points = [...points.slice(0, message.keep), ...message.points]
  latest = message
  // What may be pressed follows the run even while the figures stand still.
  controls.show(message)
  show(message)
}

function show(message: LiveMessage): void {
  byId('live', HTMLElement).dataset['paused'] = `${isPaused}`
  if (isPaused || message.view === null) return
  showPanels({ ...message, view: message.view })
  showCharts(message.view)
}

/** Drawn anew when there is a new second. */
function showCharts(view: LiveView): void {
  const second = `${view.runId} ${points.length} ${points.at(-1)?.endMs} ${view.events.length}`
  if (second === chartedSecond) return
  chartedSecond = second
  const wanted = overTimeCharts(liveSeries(points, view))
  const isNew = wanted.some(({ id }) => !charts.has(id))
  for (const chart of wanted) {
    const shown = charts.get(chart.id)
    if (shown === undefined) charts.set(chart.id, addChart(chart))
    else shown.view.update(chart)
  }
  for (const [id, { figure }] of charts) figure.hidden = !wanted.some((chart) => chart.id === id)
  if (isNew) byId('charts', HTMLElement).append(...wanted.flatMap(({ id }) => charts.get(id)?.figure ?? []))
}

function addChart(chart: LineChart): ShownChart {
  const picture = element('div', 'chart-host')
  const figure = element('figure', 'live-chart', element('figcaption', '', chart.title), picture)
  figure.id = `chart-${chart.id}`
  byId('charts', HTMLElement).append(figure)
  return { figure, view: showChart(picture, chart) }
}

function listen(): void {
  const connection = byId('connection', HTMLElement)
  const say = (text: string, tone: string) => {
    setText(connection, text)
    setTone(connection, tone)
  }
  const source = new EventSource('/live/events')
  source.addEventListener('open', () => say('connected', 'good'))
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) say('not connected: load the page again', 'bad')
    else say('connection lost, reconnecting', 'warn')
  })
  source.addEventListener('live', ({ data }: MessageEvent<string>) => take(JSON.parse(data) as LiveMessage))
  source.addEventListener('over', () => {
    source.close()
    controls.end()
    say('the server has stopped; this is its last state', 'quiet')
  })
}

listen()
