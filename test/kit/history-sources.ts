import type { HistoryRun } from '../../harness/model/history.ts'
import { isDoubtfulGo } from '../../harness/text/headline.ts'
import type { HistorySources } from '../../harness/web/history/history-pages.ts'
import type { ListedRun } from '../../harness/web/history/sources.ts'

/** Sources in which there is nothing but what a test says. */
export function historySourcesWith(found: Partial<HistorySources> = {}): HistorySources {
  const none = () => Promise.resolve([])
  const nobody = () => Promise.resolve(null)
  return {
    pool: null,
    scenarios: none,
    listRuns: () => Promise.resolve({ runs: [], total: 0 }),
    unindexedRuns: none,
    rememberedRun: nobody,
    startable: none,
    listSearches: none,
    rememberedSearch: nobody,
    runReport: nobody,
    runFiles: none,
    runFile: nobody,
    placeOf: () => Promise.resolve({ build: null, previous: null, next: null }),
    stepsOf: none,
    trend: none,
    listBaselines: none,
    loadedRuns: () => Promise.resolve({ runs: [], leftOut: [] }),
    ...found,
  }
}

/** A run as the list has it. */
export function listedRun({ summaries, ...run }: HistoryRun, changes: Partial<ListedRun> = {}): ListedRun {
  return { ...run, doubtful: isDoubtfulGo(run.verdict), figures: summaries.all, ...changes }
}
