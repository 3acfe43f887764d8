import { type Clock, sleep } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'

/** Between two looks whether the workers are there. */
const LOOK_MS = 2_000

/** Tries again while workers are missing or busy, as long as they are waited for. @throws HarnessError POOL_TOO_SMALL, WORKER_BUSY */
export async function whenThere<T>(
  {
    clock,
    waitMs,
    note,
  }: { readonly clock: Clock; readonly waitMs: number; readonly note: (text: string) => void },
  hold: () => Promise<T>,
): Promise<T> {
  const endMs = clock.nowMs() + waitMs
  for (;;)
    try {
      return await hold()
    } catch (error) {
      const isMissing =
        error instanceof HarnessError && (error.code === 'POOL_TOO_SMALL' || error.code === 'WORKER_BUSY')
      if (!isMissing || clock.nowMs() + LOOK_MS > endMs) throw error
      note(`waiting for workers: ${error.message}`)
      await sleep(clock, LOOK_MS)
    }
}
