/** A finished run, or search, is written into the history. */
import { TaskCancelledError } from 'cockatiel'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import { isInterrupted, untilNextPress } from '../../base/stop-request.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { HistorySearch } from '../../model/history.ts'
import type { HistoryStore } from '../../store/history/history-store.ts'
import { historyRunOf, withHistory } from '../history/history.ts'
import type { RunContext } from './context.ts'
import type { FinishedRun } from './publish.ts'
import type { HistoryRef } from './request.ts'

/** Limit for a run to be written into the history. */
const HISTORY_MS_MAX = 10_000

/** Adds the run. A history that cannot be written is noted and does not undo the verdict; a press gives up waiting for it. */
export function remember(
  run: RunContext,
  { record, verdict }: FinishedRun,
  where: HistoryRef,
): Promise<void> {
  const entry = historyRunOf(record, verdict, where.build)
  return written(run, 'the run', where, (history) => history.add(entry))
}

/** Stores what became of the rollback of a run, with the run where it is not there yet. Fails as `remember` does. */
export function rememberRollback(
  run: RunContext,
  { record, verdict }: FinishedRun,
  where: HistoryRef,
): Promise<void> {
  const entry = historyRunOf(record, verdict, where.build)
  return written(run, 'the run', where, (history) => history.settleRollback(entry))
}

/** Adds a search. Fails as `remember` does. */
export function rememberSearch(run: RunContext, entry: HistorySearch, where: HistoryRef): Promise<void> {
  return written(run, 'the search', where, (history) => history.add(entry))
}

async function written(
  { host, stop, note }: RunContext,
  what: string,
  { store }: HistoryRef,
  write: (history: HistoryStore) => Promise<unknown>,
): Promise<void> {
  try {
    const limit = resilient({ attempts: 1, timeoutMs: HISTORY_MS_MAX, pauseMs: 0, breaker: null })
    await untilNextPress(stop, 'while the history was written', () =>
      limit.execute(() => withHistory(store, host.cwd, write)),
    )
  } catch (error) {
    note(`${what} is not in the history: ${whyNot(error)}`)
  }
}

function whyNot(error: unknown): string {
  if (isInterrupted(error)) return 'interrupted'
  return error instanceof TaskCancelledError
    ? `it did not answer within ${formatDurationMs(HISTORY_MS_MAX)}`
    : messageOf(error)
}
