/** What a rollback needs from who starts it. */
import type { Clock } from '../../base/clock.ts'
import type { Alert } from '../../model/alert.ts'
import type { RollbackPlan } from '../../model/plan.ts'
import type { RollbackStepName, RollbackViolation, TakenStep } from '../../model/rollback.ts'
import type { RollbackFacts, ValidationSource } from '../../model/rollback-journal.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { RunFolder } from '../../store/run-folder.ts'
import type { RollbackStanding } from './standing.ts'

/** What a short load said about the system. */
export interface Validated {
  /** `HALTED`: somebody forbids load, so nobody knows. */
  readonly outcome: VerdictOutcome | 'HALTED'
  /** One sentence. */
  readonly message: string
}

/** What only the caller knows how to do. Each is limited in time by the step that calls it. */
export interface RollbackHooks {
  /** Ends the load; resolves when none is sent any more. */
  readonly drain: () => Promise<void>
  /** How it was when it went wrong, as plain JSON. */
  readonly evidence: () => unknown
  /** One look at each target; what is wrong with them. */
  readonly probe: () => Promise<readonly string[]>
  /** A short load, judged by the objectives of the run; ends soon when the signal aborts. */
  readonly validate: (signal: AbortSignal) => Promise<Validated>
  /** @param isWell whether all that was told of the run before is over */
  readonly tell: (alert: Alert, isWell: boolean) => Promise<void>
}

/** Told as it goes. */
export type StepListener = (
  step: RollbackStepName,
  /** Null when it begins. */
  taken: TakenStep | null,
) => void

/** Where a rollback takes place. */
export interface RollbackSurroundings {
  /** Of the run. */
  readonly folder: Pick<RunFolder, 'path' | 'write'>
  readonly store: StateStore
  readonly bus: EventBus
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborted by ctrl-C: an undo under way is let end, nothing else is begun but the release of the line. */
  readonly interrupted: AbortSignal
  readonly onStep: StepListener
  /** A line about something that is not a step. */
  readonly note: (message: string) => void
}

export interface RollbackRequest extends RollbackHooks, RollbackSurroundings {
  readonly rollbackId: string
  /** At least one. */
  readonly violations: readonly RollbackViolation[]
  readonly plan: RollbackPlan
  /** Why nothing is executed and the record says what would be; null: it is armed. */
  readonly unarmed: string | null
  readonly facts: RollbackFacts
  /** By name; they fill the configuration of procedures, and are masked wherever something is written. */
  readonly secrets: Readonly<Record<string, string>>
  /** What another process needs to validate, should this one be killed. */
  readonly validation: ValidationSource
}

/** Makes the hooks of a rollback that is resumed in a process which did not begin it. */
export type CreateHooks = (standing: RollbackStanding) => RollbackHooks
