/** What happened when, on every chart over time; and the bounds that the figures of a chart are held against. */

import { metricOf } from '../analysis/metrics/catalogue.ts'
import { wallMsOf } from '../base/clock.ts'
import { formatRatio } from '../base/units.ts'
import type { ChartBound, ChartMark, ChartSubject } from '../model/chart.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { ObjectiveResult } from '../model/verdict.ts'
import { titleOf } from '../text/demand-text.ts'
import { brief, type RunSeries } from './run-series.ts'

/** A name beyond this says no more at the edge of a picture. */
const LABEL_MAX = 34

/** Phases, breaches, the stop and the rollback, in the order of time. */
export function marksOf({ record, verdict }: RunSeries): ChartMark[] {
  const marks = [
    ...phaseMarks(record),
    ...breachMarks(verdict.enforcement?.events ?? [], record.loadMs),
    ...stopMarks(record),
    ...rollbackMarks(record),
  ]
  return marks.sort((a, b) => a.x - b.x)
}

/** One phase is the whole run. */
function phaseMarks({ plan, loadMs }: RunRecord): ChartMark[] {
  if (plan.phases.length < 2) return []
  return plan.phases
    .filter(({ startMs }) => startMs < loadMs)
    .map(({ name, startMs, endMs }) => ({
      kind: 'phase',
      label: name,
      x: seconds(startMs),
      toX: seconds(Math.min(endMs, loadMs)),
    }))
}

/** From the moment an objective fired until it was well again, or load ended. */
function breachMarks(events: readonly ObjectiveEvent[], loadMs: number): ChartMark[] {
  return events.flatMap((event, i): ChartMark[] => {
    if (event.to !== 'firing' || event.from === 'recovering') return []
    const end = events.slice(i + 1).find(({ id, to }) => id === event.id && to === 'ok')
    return [
      {
        kind: 'breach',
        label: shortened(titleOf(event)),
        x: seconds(event.atMs),
        toX: seconds(Math.max(event.atMs, end?.atMs ?? loadMs)),
      },
    ]
  })
}

function stopMarks({ enforcement }: RunRecord): ChartMark[] {
  const stop = enforcement?.stop ?? null
  return stop === null
    ? []
    : [{ kind: 'stop', label: `stopped by ${stop.by}`, x: seconds(stop.atMs), toX: null }]
}

/** Where it falls within what was measured; mostly it comes after the load. */
function rollbackMarks({ rollback, startedAt, intervals }: RunRecord): ChartMark[] {
  if (rollback === null || rollback.plan !== null) return []
  const atMs = wallMsOf(rollback.startedAt) - wallMsOf(startedAt)
  const lastMs = intervals.at(-1)?.endMs ?? 0
  return atMs >= 0 && atMs <= lastMs
    ? [{ kind: 'rollback', label: 'rollback', x: seconds(atMs), toX: null }]
    : []
}

/** The bounds that a chart draws: of objectives about the step, else of those about no step in particular. */
export function boundsOf(series: RunSeries, subject: ChartSubject, step: string | null): ChartBound[] {
  const judged = series.verdict.objectives.filter(
    (objective) =>
      metricOf(objective).boundsOn.includes(subject) && objective.fn !== 'slope' && objective.fn !== 'count',
  )
  const ofStep = judged.filter(({ labels }) => labels['step'] === (step ?? undefined))
  const fitting = ofStep.length > 0 ? ofStep : judged.filter(({ labels }) => labels['step'] === undefined)
  const bounds = fitting.map(boundOf).sort((a, b) => b.value - a.value)
  return bounds.filter(
    ({ label, value }, i) =>
      bounds.findIndex((other) => other.label === label && other.value === value) === i,
  )
}

/** What is counted within `within` is drawn at that time, not at the share. */
function boundOf({ id, name, fn, op, bound, within }: ObjectiveResult): ChartBound {
  if (fn === 'share' && within !== null)
    return { objective: id, label: name ?? `${formatRatio(bound)} within`, value: within }
  return { objective: id, label: `${name ?? (fn === 'value' ? 'bound' : fn)} ${op}`, value: bound }
}

function shortened(text: string): string {
  return text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`
}

function seconds(ms: number): number {
  return brief(ms / 1000)
}
