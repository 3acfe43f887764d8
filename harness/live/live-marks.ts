/** Marks of a run that goes on, as its stored record will have them. */
import { breachMarks, inOrder, phaseMarks, rollbackMark, stopMark } from '../charts/marks.ts'
import type { ChartMark } from '../model/chart.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { PhasePlan } from '../model/plan.ts'

/** Changes of state that are drawn; the newest count. */
const CHANGES_MAX = 60

export class LiveMarks {
  #phases: readonly PhasePlan[] = []
  #changes: ObjectiveEvent[] = []
  #stop: ChartMark | null = null
  #rollback: ChartMark | null = null

  prepared(phases: readonly PhasePlan[]): void {
    this.#phases = phases
  }

  changed(event: ObjectiveEvent): void {
    this.#changes = [...this.#changes, event].slice(-CHANGES_MAX)
  }

  /** The first of several counts. */
  stopped(by: string, atMs: number): void {
    this.#stop ??= stopMark(by, atMs)
  }

  /** The first step of several counts. */
  rolledBack(atMs: number): void {
    this.#rollback ??= rollbackMark(atMs)
  }

  /** The marks by now; what has not ended reaches to `nowMs`. */
  until(nowMs: number): ChartMark[] {
    return inOrder([
      ...phaseMarks(this.#phases, nowMs),
      ...breachMarks(this.#changes, nowMs),
      ...(this.#stop === null ? [] : [this.#stop]),
      ...(this.#rollback === null ? [] : [this.#rollback]),
    ])
  }
}
