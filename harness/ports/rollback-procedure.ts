import type { z } from 'zod'
import type { Clock } from '../base/clock.ts'

/** What an undo is told. */
export interface RollbackContext {
  readonly rollbackId: string
  readonly runId: string
  readonly scenario: string
  readonly correlationId: string
  /** One sentence. */
  readonly reason: string
  /** The same for every attempt at one undo: a receiver that remembers it undoes once. */
  readonly idempotencyKey: string
  readonly clock: Clock
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted at the time limit. */
  readonly signal: AbortSignal
  /** Called with the process id of a child as soon as it runs, so that a resumed rollback can wait for it. */
  readonly onChild: (pid: number) => void
}

/** What an author's own undo is told. */
export type UndoContext = Pick<
  RollbackContext,
  'rollbackId' | 'runId' | 'scenario' | 'correlationId' | 'reason' | 'idempotencyKey'
>

/** An author's own undo: `export const undo: UndoFunction = ...`. Text that it returns is in the record; what it throws fails. */
export type UndoFunction = (context: UndoContext) => unknown

/** What an undo did. */
export interface UndoReport {
  /** One or a few lines for people and the record; output is cut to 4 KiB. */
  readonly message: string
}

/** A way to put a system back. Everything about it lives in its one file. */
export interface RollbackProcedurePlugin {
  readonly name: string
  readonly summary: string
  /** As scenarios write it, defaults included; secrets are filled in before `undo`, not before `describe`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** What it would do, exactly, in one line: the argv, the URL, the tag. */
  describe(config: Readonly<Record<string, unknown>>): string
  /** @throws HarnessError ROLLBACK_FAILED */
  undo(config: Readonly<Record<string, unknown>>, context: RollbackContext): Promise<UndoReport>
}
