/** The observer of a run while it goes on, for displays. */
import type { MeasuredView } from '../../analysis/measured-view.ts'
import type { Alert } from '../../model/alert.ts'
import type { ObjectiveEvent } from '../../model/enforcement.ts'
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { LiveHost } from '../../model/live-view.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { RollbackStepName, TakenStep } from '../../model/rollback.ts'
import type { VerdictReason } from '../../model/verdict.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'

/** Called when a step of a rollback begins, with null, and when it has ended. */
export type StepListener = (step: RollbackStepName, taken: TakenStep | null) => void

/** Observes one run from its preflight to its end. What it throws is reported once and not thrown (`safeObserver`). */
export interface RunProgress {
  /** First of all: the ids of the run, and the values that may appear nowhere. */
  onBegin(
    run: { readonly runId: string; readonly correlationId: string },
    secrets: Readonly<Record<string, string>>,
  ): void
  onPrepared(plan: RunPlan, threads: number, findings: readonly PreflightFinding[]): void
  /** Called once a second; `snapshots` are what the interval was merged from. @param whole everything so far @param hosts none for threads of this process */
  onInterval(
    interval: MergedInterval,
    plan: RunPlan,
    snapshots: readonly IntervalSnapshot[],
    whole: () => MeasuredView,
    hosts?: readonly LiveHost[],
  ): void
  /** Breaches begin not to be believed, or are believed again. @param doubt why not; null when they are */
  onDoubt(doubt: VerdictReason | null): void
  /** An objective changed its state. */
  onEvent(event: ObjectiveEvent): void
  readonly onStep: StepListener
  onAlert(alert: Alert): void
  /** A line about something that is not a figure. */
  onNote(message: string): void
}

const nothing = () => undefined

/** Nobody watches. */
export const SILENT_PROGRESS: RunProgress = {
  onBegin: nothing,
  onPrepared: nothing,
  onInterval: nothing,
  onDoubt: nothing,
  onEvent: nothing,
  onStep: nothing,
  onAlert: nothing,
  onNote: nothing,
}
