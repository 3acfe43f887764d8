/** The rollbacks of all stored runs, by scenario. */
import { type RollbackStats, rollbackStatsOf } from '../../analysis/rollback-stats.ts'
import { withHistory } from './history.ts'

/** @param store history: a file, or `postgres://...` @throws HarnessError HISTORY_UNUSABLE */
export function readRollbackStats(store: string, cwd: string): Promise<RollbackStats[]> {
  return withHistory(store, cwd, async (history) => rollbackStatsOf(await history.rollbacks()))
}
