/** A finished run is written into the history. */
import { TaskCancelledError } from 'cockatiel'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import { isInterrupted, untilNextPress } from '../../base/stop-request.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { HistoryRun } from '../../model/history.ts'
import type { HistoryStore } from '../../store/history/history-store.ts'
import { historyRunOf, withHistory } from '../history/history.ts'
import type { RunContext } from './context.ts'
import type { FinishedRun } from './publish.ts'
import type { HistoryRef } from './request.ts'

/** Limit for a run to be written into the history. */
const HISTORY_MS_MAX = 10_000

/** Adds the run. A history that cannot be written is noted and does not undo the verdict; a press gives up waiting for it. */
export function remember(run: RunContext, finished: FinishedRun, where: HistoryRef): Promise<void> {
  return written(run, finished, where, (history, entry) => history.add(entry))
}

/** Stores what became of the rollback of a run, with the run where it is not there yet. Fails as `remember` does. */
export function rememberRollback(run: RunContext, finished: FinishedRun, where: HistoryRef): Promise<void> {
  return written(run, finished, where, (history, entry) => history.settleRollback(entry))
}

async function written(
  { host, stop, note }: RunContext,
  { record, verdict }: FinishedRun,
  { store, build }: HistoryRef,
  write: (history: HistoryStore, entry: HistoryRun) => Promise<unknown>,
): Promise<void> {
  try {
    const limit = resilient({ attempts: 1, timeoutMs: HISTORY_MS_MAX, pauseMs: 0, breaker: null })
    await untilNextPress(stop, 'while the history was written', () =>
      limit.execute(() =>
        withHistory(store, host.cwd, (history) => write(history, historyRunOf(record, verdict, build))),
      ),
    )
  } catch (error) {
    note(`the run is not in the history: ${whyNot(error)}`)
  }
}

function whyNot(error: unknown): string {
  if (isInterrupted(error)) return 'interrupted'
  return error instanceof TaskCancelledError
    ? `it did not answer within ${formatDurationMs(HISTORY_MS_MAX)}`
    : messageOf(error)
}
