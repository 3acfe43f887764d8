import type * as z from 'zod'
import type { Clock } from '../base/clock.ts'

/** The context passed to an undo. */
export interface RollbackContext {
  readonly rollbackId: string
  readonly runId: string
  readonly scenario: string
  readonly correlationId: string
  /** One sentence. */
  readonly reason: string
  /** A key that is the same for every attempt at one undo: a receiver that remembers it undoes only once. */
  readonly idempotencyKey: string
  readonly clock: Clock
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted at the time limit. */
  readonly signal: AbortSignal
  /** Called with the process id of a child as soon as it runs, so that a resumed rollback can wait for it. */
  readonly onChild: (pid: number) => void
}

/** The context passed to an undo written by the author of the scenario. */
export type UndoContext = Pick<
  RollbackContext,
  'rollbackId' | 'runId' | 'scenario' | 'correlationId' | 'reason' | 'idempotencyKey'
>

/** An undo written by the author: `export const undo: UndoFunction = ...`. Returned text is recorded; a throw fails the undo. */
export type UndoFunction = (context: UndoContext) => unknown

/** The result of an undo. */
export interface UndoReport {
  /** One or a few lines for people and the record; output is cut to 4 KiB. */
  readonly message: string
}

/** A plugin for one way to roll a system back, contained in one file. */
export interface RollbackProcedurePlugin {
  readonly name: string
  readonly summary: string
  /** The configuration as written in scenarios, defaults included; secrets are filled in before `undo`, not before `describe`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** Describes in one line exactly what it would do: the argv, the URL, the tag. */
  describe(config: Readonly<Record<string, unknown>>): string
  /** Rolls the system back. @throws HarnessError ROLLBACK_FAILED */
  undo(config: Readonly<Record<string, unknown>>, context: RollbackContext): Promise<UndoReport>
}
