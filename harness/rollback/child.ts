/** The child process of an undo: what it sees, and what becomes of one that failed. */

import { HarnessError, messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import type { RollbackContext } from '../ports/rollback-procedure.ts'
import { type ChildOrder, runToEnd } from '../system/child-process.ts'

/** Runs it to its end; gives the last lines it wrote. @throws HarnessError ROLLBACK_FAILED with those lines */
export async function runChild(order: ChildOrder, { signal, onChild }: RollbackContext): Promise<string> {
  const watch = { signal, onChild, whenAborted: 'was killed at the limit of the step' }
  const { problem, output } = await runToEnd(order, watch)
  if (problem === null) return output
  throw failed(order.argv, problem, output)
}

/** What a child sees of the environment: PATH, what the author allowed, and what it is about. */
export function childEnvironment(
  allowed: readonly string[],
  { env, runId, correlationId, rollbackId, reason }: RollbackContext,
): Record<string, string> {
  const given = ['PATH', ...allowed].flatMap((name) => {
    const value = lookUp(env, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(given),
    PROOFLOAD_RUN_ID: runId,
    PROOFLOAD_CORRELATION_ID: correlationId,
    PROOFLOAD_ROLLBACK_ID: rollbackId,
    PROOFLOAD_REASON: reason,
  }
}

/** `node undo.js "two words"`: for people. */
export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./{}*-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
}

function failed(argv: readonly string[], problem: string, output: string): HarnessError {
  const said = output === '' ? '' : `\n${output}`
  return new HarnessError('ROLLBACK_FAILED', `${commandText(argv)} ${problem}${said}`, {
    hint: 'Run it by hand to see why; `proofload rollback resume RUN --repeat-undo` runs it again.',
  })
}

/** What another library threw, as a failed undo. */
export function asFailure(what: string, error: unknown, hint: string): HarnessError {
  if (error instanceof HarnessError) return error
  return new HarnessError('ROLLBACK_FAILED', `${what}: ${messageOf(error)}`, { cause: error, hint })
}
