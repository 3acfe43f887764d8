import { HarnessError, messageOf } from '../base/errors.ts'
import type { PreflightFinding } from '../ports/preflight.ts'

/** A store that a check writes to. */
export interface WrittenStore {
  /** The name of the check. */
  readonly check: string
  /** Null where the run writes nothing to it. */
  readonly write: (() => Promise<void>) | null
  /** The message where the run writes nothing to it, and the one where it can be written. */
  readonly unused: string
  readonly written: string
  /** Returns the way out. @param own that of the error, if it has one */
  readonly hintOf: (own: string | undefined) => string
}

/** Tries a store; what cannot be written blocks the run. */
export async function tryWriting({
  check,
  write,
  unused,
  written,
  hintOf,
}: WrittenStore): Promise<PreflightFinding[]> {
  if (write === null) return [{ check, level: 'ok', message: unused }]
  try {
    await write()
    return [{ check, level: 'ok', message: written }]
  } catch (error) {
    const own = error instanceof HarnessError ? error.hint : undefined
    return [{ check, level: 'blocked', message: messageOf(error), hint: hintOf(own) }]
  }
}
