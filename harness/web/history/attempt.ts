import { HarnessError } from '../../base/errors.ts'

/** A value that was read, null when there is none; or why it cannot be read. */
export interface Attempt<T> {
  readonly found: T | null
  /** '' when all is well. */
  readonly problem: string
}

/** Reads something that may be broken where it is stored, so that a page can say so and show the rest. */
export async function attempt<T>(reading: Promise<T | null>): Promise<Attempt<T>> {
  try {
    return { found: await reading, problem: '' }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { found: null, problem: error.message }
  }
}
