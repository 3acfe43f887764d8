/** Brings the panels of the live page up to date. */

import type { LiveMessage } from '../../model/live-message.ts'
import type { LiveView, ObjectiveStatus } from '../../model/live-view.ts'
import { clockText } from '../../text/figure-text.ts'
import { byStanding } from '../../text/standing.ts'
import { byId, element, renderEach, setText, setTone } from './dom.ts'
import { showSearch } from './live-search.ts'
import { showTable } from './live-table.ts'
import {
  type Bar,
  errorFigures,
  eventTone,
  type Figure,
  factsText,
  generatorFigures,
  generatorText,
  HOST_HEADS,
  hostRows,
  latencyBars,
  latencyTable,
  loadFigures,
  progressOf,
  regionBars,
  stageText,
  targetFigures,
  verdictTone,
} from './live-text.ts'
import { objectivesTitle, statusChanges, statusText } from './objective-text.ts'

/** Returns what shows a message. */
export function createPanels(): (message: LiveMessage & { readonly view: LiveView }) => void {
  let statuses: readonly ObjectiveStatus[] = []
  let events = ''
  return ({ view, search, report }) => {
    showHead(view)
    showSearch(search)
    showVerdict(view, report)
    showObjectives(view)
    // Only what changed is read out, and once: figures that change every second are not.
    const changes = statusChanges(statuses, view.objectives)
    statuses = view.objectives
    if (changes !== '') setText(byId('status-changes', HTMLElement), changes)
    showFigures('load', loadFigures(view))
    showLatency(view)
    showFigures('errors', errorFigures(view))
    const generator = generatorText(view)
    setText(byId('generator-status', HTMLElement), generator.text)
    setTone(byId('generator-status', HTMLElement), generator.tone)
    showFigures('generator', generatorFigures(view))
    showFigures('target', targetFigures(view))
    byId('hosts-section', HTMLElement).hidden = view.hosts.length === 0
    showTable('hosts', HOST_HEADS, hostRows(view))
    const regions = regionBars(view)
    byId('regions-section', HTMLElement).hidden = regions.length === 0
    showBars('regions', regions)
    const newest = JSON.stringify(view.events.at(-1) ?? null) + view.events.length
    if (newest !== events) showEvents(view)
    events = newest
  }
}

function showHead(view: LiveView): void {
  const { text, tone } = stageText(view)
  const stage = byId('stage', HTMLElement)
  setText(stage, text)
  setTone(stage, tone)
  byId('live', HTMLElement).dataset['stage'] = view.stage
  const name = view.scenario === '' ? 'A run begins' : view.scenario
  setText(byId('scenario', HTMLElement), name)
  document.title = `${text}: ${name} - Proofload`
  setText(byId('run-facts', HTMLElement), factsText(view))
  setText(byId('phase', HTMLElement), view.stage === 'draining' ? 'draining' : view.phase)
  const { ratio, left } = progressOf(view)
  byId('progress', HTMLProgressElement).value = ratio
  setText(byId('time-left', HTMLElement), left)
}

function showVerdict({ verdict, failure }: LiveView, report: LiveMessage['report']): void {
  const panel = byId('verdict', HTMLElement)
  const isNew = panel.hidden
  panel.hidden = verdict === null && failure === null
  if (panel.hidden) return
  const title = byId('verdict-title', HTMLElement)
  setTone(panel, verdict === null ? 'bad' : verdictTone(verdict))
  setText(title, verdict === null ? 'The run failed' : verdict.word)
  const lines = verdict === null ? [failure ?? ''] : [verdict.headline, ...verdict.others]
  renderEach(byId('verdict-reasons', HTMLElement), lines, () => element('li', ''), setText)
  showReport(report)
  // Who watches hears it at once; who types is not disturbed.
  if (isNew && document.activeElement === document.body) panel.focus()
}

function showReport(report: LiveMessage['report']): void {
  const place = byId('verdict-report', HTMLElement)
  if (report === null) {
    place.replaceChildren()
    return
  }
  if (report.href === null) {
    setText(place, `Report: ${report.path}`)
    return
  }
  const link = document.createElement('a')
  link.href = report.href
  link.textContent = 'The report of this run'
  place.replaceChildren(link)
}

function showObjectives({ objectives, nowMs }: LiveView): void {
  setText(byId('objectives-title', HTMLElement), objectivesTitle(objectives))
  renderEach(
    byId('objectives', HTMLElement),
    objectives.toSorted(byStanding).map((status) => statusText(status, nowMs)),
    () =>
      element(
        'li',
        'status',
        element('span', 'status-sign'),
        element('span', 'status-state'),
        element('span', 'status-title'),
        element('span', 'status-detail'),
      ),
    (item, { tone, sign, state, title, detail }) => {
      setTone(item, tone)
      item.querySelector('.status-sign')?.setAttribute('aria-hidden', 'true')
      const texts = [sign, state, title, detail]
      texts.forEach((text, i) => {
        setText(item.children[i] as Element, text)
      })
    },
  )
}

function showLatency(view: LiveView): void {
  const { heads, rows } = latencyTable(view)
  showTable('latency', heads, rows)
  showBars('bars', latencyBars(view.bars))
}

function showFigures(id: string, figures: readonly Figure[]): void {
  renderEach(
    byId(id, HTMLElement),
    figures,
    () => element('div', 'figure', element('dt', ''), element('dd', '')),
    (item, { label, value, tone }) => {
      setText(item.children[0] as Element, label)
      setText(item.children[1] as Element, value)
      setTone(item, tone)
    },
  )
}

function showBars(id: string, bars: readonly Bar[]): void {
  renderEach(
    byId(id, HTMLElement),
    bars,
    () =>
      element(
        'li',
        'bar',
        element('span', 'bar-label'),
        element('span', 'bar-track', element('span', 'bar-fill')),
        element('span', 'bar-value'),
      ),
    (item, { label, value, share }) => {
      setText(item.children[0] as Element, label)
      setText(item.children[2] as Element, value)
      const fill = item.querySelector<HTMLElement>('.bar-fill')
      fill?.style.setProperty('inline-size', `${(share * 100).toFixed(1)}%`)
    },
  )
}

/** The newest first. */
function showEvents({ events }: LiveView): void {
  renderEach(
    byId('events', HTMLElement),
    [...events].reverse(),
    () =>
      element(
        'li',
        'event',
        element('time', ''),
        element('span', 'event-kind'),
        element('span', 'event-text'),
      ),
    (item, event) => {
      setTone(item, eventTone(event))
      const texts = [clockText(event.atMs), event.kind, event.text]
      texts.forEach((text, i) => {
        setText(item.children[i] as Element, text)
      })
    },
  )
}
