/** The inputs of a rollback, and what every step of one under way is given. */
import type { MaskText } from '../../base/secret-mask.ts'
import type { Alert } from '../../model/alert.ts'
import type { RollbackPlan } from '../../model/plan.ts'
import type { RollbackViolation, UndoneProcedure } from '../../model/rollback.ts'
import type { RollbackFacts, ValidationSource } from '../../model/rollback-journal.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import type { EventBus } from '../../ports/event-bus.ts'
import type { RunFolder } from '../../store/run-folder.ts'
import type { RunContext } from '../run/context.ts'
import type { StepListener } from '../run/progress.ts'
import type { DeployLock } from '../state/deploy-lock.ts'
import type { RollbackJournal } from './journal.ts'
import type { RollbackState } from './rollback-state.ts'

/** The finding of a short load about the system. */
export interface Validated {
  /** `HALTED`: somebody forbids load, so nobody knows. */
  readonly outcome: VerdictOutcome | 'HALTED'
  /** One sentence. */
  readonly message: string
}

/** The parts of a rollback that differ between the process of the run and one that resumes. Steps limit their time. */
export interface RollbackHooks {
  /** Ends the load; resolves when none is sent any more. */
  readonly drain: () => Promise<void>
  /** The state of things when it went wrong, as plain JSON. */
  readonly evidence: () => unknown
  /** Contacts each target once; resolves to what is wrong with them. */
  readonly probe: () => Promise<readonly string[]>
  /** Sends a short load, judged by the objectives of the run; ends soon when the signal aborts. */
  readonly validate: (signal: AbortSignal) => Promise<Validated>
  /** @param isWell whether all that was told of the run before is over */
  readonly tell: (alert: Alert, isWell: boolean) => Promise<void>
}

/** The place of a rollback. */
export interface RollbackPlace {
  /** Aborted by ctrl-C (`run.stop`): an undo under way is let end, nothing else is begun but the release of the lock. */
  readonly run: RunContext
  /** The folder of the run. */
  readonly folder: Pick<RunFolder, 'path' | 'write'>
  readonly bus: EventBus
}

export interface RollbackRequest extends RollbackHooks, RollbackPlace {
  readonly rollbackId: string
  /** At least one. */
  readonly violations: readonly RollbackViolation[]
  readonly plan: RollbackPlan
  /** The reason why nothing is executed and the record says what would be; null: it is armed. */
  readonly unarmed: string | null
  readonly facts: RollbackFacts
  /** By name; they fill the configuration of procedures, and are masked wherever something is written. */
  readonly secrets: Readonly<Record<string, string>>
  /** The load that another process validates with, should this one be killed. */
  readonly validation: ValidationSource
}

/** Makes the hooks of a rollback that is resumed in a process which did not begin it. */
export type CreateHooks = (state: RollbackState) => RollbackHooks

/** A rollback that was begun, just now or by a process that was killed. */
export interface BegunRollback {
  readonly request: RollbackRequest
  readonly lock: DeployLock
  readonly journal: RollbackJournal
  readonly mask: MaskText
  /** The state when this process took over. */
  readonly state: RollbackState
  /** Undoes again what is not known to have succeeded. */
  readonly repeatUndo: boolean
}

/** A rollback under way. */
export interface RollbackWork extends BegunRollback {
  /** In the order in which they are undone; replaced one by one by what became of them. */
  readonly procedures: UndoneProcedure[]
  readonly onStep: StepListener
  /** Tells what has become of the rollback; called once the lock is released. */
  readonly tell: () => Promise<void>
}
