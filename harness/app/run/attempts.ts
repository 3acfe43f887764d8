/** The same run again, while the load generator is the reason why nothing can be said. */
import { isInterrupted, type StopRequest } from '../../base/stop-request.ts'
import type { EarlierAttempt } from '../../model/attempt.ts'
import type { FinishedRun, Published } from './publish.ts'

export interface Attempted {
  readonly published: Published
  /** True: its reports were left out, and nobody was told, because another attempt follows. */
  readonly isToBeRepeated: boolean
}

/** The parts of a run that is made several times. */
export interface Attempts {
  /** @param mayRepeat whether another attempt would follow, should the generator be at fault */
  readonly make: (earlier: readonly EarlierAttempt[], mayRepeat: boolean) => Promise<Attempted>
  /** Makes an attempt the last one that was not meant to be. */
  readonly settle: (published: Published) => Promise<FinishedRun>
}

/** Makes attempts until one is the last; one that is interrupted before its load leaves the one before it. */
export async function untilBelieved(
  { retries, stop }: { readonly retries: number; readonly stop: StopRequest },
  { make, settle }: Attempts,
): Promise<FinishedRun> {
  const earlier: EarlierAttempt[] = []
  let last: Published | null = null
  for (;;) {
    // Stopped between two attempts: what the last one came to is what is known.
    if (last !== null && stop.level !== 'none') return await settle(last)
    try {
      const { published, isToBeRepeated } = await make(earlier, earlier.length < retries)
      if (!isToBeRepeated) return published
      const { runId, reasons } = published.verdict
      earlier.push({ runId, reason: reasons[0]?.message ?? '' })
      last = published
    } catch (error) {
      if (last === null || !isInterrupted(error)) throw error
      return await settle(last)
    }
  }
}
