/** The child process of an undo: its environment, and the error when it fails. */

import { HarnessError, messageOf } from '../base/errors.ts'
import type { RollbackContext } from '../ports/rollback-procedure.ts'
import { type ChildOrder, passedOn, runToEnd } from '../system/child-process.ts'

/** Runs it to its end; returns the last lines it wrote. @throws HarnessError ROLLBACK_FAILED with those lines */
export async function runChild(order: ChildOrder, { signal, onChild }: RollbackContext): Promise<string> {
  const watch = { signal, onChild, whenAborted: 'was killed at the time limit of the step' }
  const { problem, output } = await runToEnd(order, watch)
  if (problem === null) return output
  throw failed(order.argv, problem, output)
}

/** Returns the environment of the child: PATH, the variables that the author allowed, and the facts of the rollback. */
export function childEnvironment(
  allowed: readonly string[],
  { env, runId, correlationId, rollbackId, reason }: RollbackContext,
): Record<string, string> {
  return {
    ...passedOn(allowed, env),
    PROOFLOAD_RUN_ID: runId,
    PROOFLOAD_CORRELATION_ID: correlationId,
    PROOFLOAD_ROLLBACK_ID: rollbackId,
    PROOFLOAD_REASON: reason,
  }
}

/** Formats a command for people: `node undo.js "two words"`. */
export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./{}*-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
}

function failed(argv: readonly string[], problem: string, output: string): HarnessError {
  const said = output === '' ? '' : `\n${output}`
  return new HarnessError('ROLLBACK_FAILED', `${commandText(argv)} ${problem}${said}`, {
    hint: 'Run it by hand to see why. To run it again: proofload rollback resume RUN --repeat-undo.',
  })
}

/** Wraps the error of a library as a failed undo. */
export function asFailure(what: string, error: unknown, hint: string): HarnessError {
  if (error instanceof HarnessError) return error
  return new HarnessError('ROLLBACK_FAILED', `${what}: ${messageOf(error)}`, { cause: error, hint })
}
