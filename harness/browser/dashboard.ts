/** The live page of a run: what the server tells is kept, and shown unless the view is paused. */
import type { LiveMessage } from '../model/live-message.ts'
import type { LivePoint, LiveView } from '../model/live-view.ts'
import { type ChartView, showChart } from './chart-view.ts'
import { byId, element, setText, setTone } from './dom.ts'
import { liveCharts, shapeOf } from './live-charts.ts'
import { createControls } from './live-controls.ts'
import { createPanels } from './live-panels.ts'

const showPanels = createPanels()
const charts = new Map<string, ChartView>()
let points: readonly LivePoint[] = []
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
  const second = `${view.runId} ${points.length} ${points.at(-1)?.atMs} ${view.events.length}`
  if (second === chartedSecond) return
  chartedSecond = second
  const parent = byId('charts', HTMLElement)
  const wanted = new Map(liveCharts(points, view).map((chart) => [shapeOf(chart), chart]))
  for (const figure of [...parent.children])
    if (!wanted.has((figure as HTMLElement).dataset['shape'] ?? '')) figure.remove()
  for (const shape of [...charts.keys()]) if (!wanted.has(shape)) charts.delete(shape)
  for (const [shape, chart] of wanted) {
    const shown = charts.get(shape)
    if (shown !== undefined) {
      shown.update(chart)
      continue
    }
    const figure = element('figure', 'live-chart')
    figure.id = chart.id
    figure.dataset['shape'] = shape
    parent.append(figure)
    charts.set(shape, showChart(figure, chart))
  }
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
    say('the server has ended; this is how it was', 'quiet')
  })
}

listen()
