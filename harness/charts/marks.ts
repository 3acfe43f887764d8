/** Marks of charts over time: phases, breaches, the stop and the rollback, of a stored run and of one that goes on. */
import { wallMsOf } from '../base/clock.ts'
import type { ChartMark } from '../model/chart.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { PhasePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { titleOf } from '../text/demand-text.ts'
import { fourDigits } from './four-digits.ts'

/** A name beyond this says no more at the edge of a picture. */
const LABEL_MAX = 34

/** Marks in the order of time. */
export function recordMarks(record: RunRecord, verdict: Verdict): ChartMark[] {
  const { loadMs, plan, enforcement } = record
  const stop = enforcement?.stop ?? null
  return inOrder([
    ...phaseMarks(plan.phases, loadMs),
    ...breachMarks(verdict.enforcement?.events ?? [], loadMs),
    ...(stop === null ? [] : [stopMark(stop.by, stop.atMs)]),
    ...storedRollback(record),
  ])
}

export function inOrder(marks: readonly ChartMark[]): ChartMark[] {
  return marks.toSorted((a, b) => a.x - b.x)
}

/** The phases so far; one phase is the whole run and no mark. */
export function phaseMarks(phases: readonly PhasePlan[], loadMs: number): ChartMark[] {
  if (phases.length < 2) return []
  return phases
    .filter(({ startMs }) => startMs < loadMs)
    .map(({ name, startMs, endMs }) => ({
      kind: 'phase',
      objective: null,
      label: name,
      x: seconds(startMs),
      toX: seconds(Math.min(endMs, loadMs)),
    }))
}

/** Stretches from the moment an objective fired until it was well again, or until `endMs`. */
export function breachMarks(events: readonly ObjectiveEvent[], endMs: number): ChartMark[] {
  return events.flatMap((event, i): ChartMark[] => {
    if (event.to !== 'firing' || event.from === 'recovering') return []
    const end = events.slice(i + 1).find(({ id, to }) => id === event.id && to === 'ok')
    return [
      {
        kind: 'breach',
        objective: event.id,
        label: shortened(titleOf(event)),
        x: seconds(event.atMs),
        toX: seconds(Math.max(event.atMs, end?.atMs ?? endMs)),
      },
    ]
  })
}

/** @param by what or who ended the load: `limit`, `SIGINT` */
export function stopMark(by: string, atMs: number): ChartMark {
  return { kind: 'stop', objective: null, label: `stopped by ${by}`, x: seconds(atMs), toX: null }
}

export function rollbackMark(atMs: number): ChartMark {
  return { kind: 'rollback', objective: null, label: 'rollback', x: seconds(atMs), toX: null }
}

/** The rollback where it falls within what was measured; mostly it comes after the load. */
function storedRollback({ rollback, startedAt, intervals }: RunRecord): ChartMark[] {
  if (rollback === null || rollback.plan !== null) return []
  const atMs = wallMsOf(rollback.startedAt) - wallMsOf(startedAt)
  const lastMs = intervals.at(-1)?.endMs ?? 0
  return atMs >= 0 && atMs <= lastMs ? [rollbackMark(atMs)] : []
}

function shortened(text: string): string {
  return text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`
}

function seconds(ms: number): number {
  return fourDigits(ms / 1000)
}
