/** Reads of the pages about stored runs; the layer above implements them over files and the history. */
import type { LoadedInterval } from '../../analysis/capacity/load-levels.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { HistoryRow, HistoryRun, HistorySearch, TrendMetric, TrendPoint } from '../../model/history.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { RunSummary } from '../../model/run-summary.ts'
import type { Verdict } from '../../model/verdict.ts'

/** A choice of runs, the newest first. */
export interface RunsQuery {
  readonly scenario?: string
  readonly outcome?: string
  readonly build?: string
  readonly limit: number
  readonly offset: number
}

/** A row of the list; `figures` null for what is stored and cannot be read. */
export interface ListedRun extends HistoryRow {
  readonly figures: RunSummary | null
}

/** Some rows, and how many there are in all. */
export interface RunsList {
  readonly runs: readonly ListedRun[]
  readonly total: number
}

/** A run that the history does not know: nothing but its folder. */
export interface UnindexedRun {
  readonly id: string
  readonly scenario: string
}

/** The documents in the folder of a run. */
export interface RunReport {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** The baseline that the run was compared with; null when it was not, or the baseline is gone. */
  readonly baseline: Baseline | null
}

/** The place of a run in the history. */
export interface RunPlace {
  readonly build: string | null
  /** Runs of the same scenario just before and after; null at either end. */
  readonly previous: string | null
  readonly next: string | null
}

/** A metric over the runs of a scenario. */
export interface TrendQuery {
  readonly scenario: string
  readonly metric: TrendMetric
  /** '' for the whole run. */
  readonly step: string
  readonly limit: number
}

/** A worker of the pool that is shown. */
export interface ListedWorker {
  readonly worker: string
  readonly state: string
  /** The run that it drives; null when idle. */
  readonly run: string | null
  readonly threads: number
  readonly cores: number
  readonly proofload: string
  /** Null: a run could use it now. */
  readonly unusable: string | null
}

/** A pool as it is now. */
export interface ListedPool {
  readonly broker: string
  readonly workers: readonly ListedWorker[]
}

/** A baseline, or why it cannot be read, and whether the newest run of its scenario still compares with it. */
export interface ListedBaseline {
  readonly scenario: string
  readonly name: string
  readonly baseline: Baseline | null
  /** '' when it can be read. */
  readonly problem: string
  /** Null when the history has no run of the scenario. */
  readonly newest: { readonly id: string; readonly differences: readonly string[] } | null
}

/** A run of which the load over time is still known. */
export interface LoadedRun {
  readonly id: string
  readonly build: string | null
  readonly model: 'open' | 'closed'
  readonly intervals: readonly LoadedInterval[]
}

/** Runs of a scenario to learn its capacity from: one scenario file, one machine. */
export interface LoadedRuns {
  readonly runs: readonly LoadedRun[]
  /** Runs that were passed over, and why, for people. */
  readonly leftOut: readonly { readonly id: string; readonly why: string }[]
}

/**
 * Reads. Each is bounded; null or nothing where there is nothing, a HarnessError where what is stored cannot be read.
 * Ids and names come from outside: none becomes a path before it was looked at.
 */
export interface HistorySources {
  /** Asks who is in the pool; null where none was named. @throws HarnessError POOL_UNREACHABLE */
  readonly pool: (() => Promise<ListedPool>) | null
  scenarios(): Promise<readonly string[]>
  listRuns(query: RunsQuery): Promise<RunsList>
  unindexedRuns(): Promise<readonly UnindexedRun[]>
  /** Reads a run from the history; makes one that it does not know of the record. */
  rememberedRun(id: string): Promise<HistoryRun | null>
  /** Scenario files of which a search may be started from a page. */
  startable(): Promise<readonly string[]>
  /** Searches for a capacity, the newest first. */
  listSearches(most: number): Promise<readonly HistorySearch[]>
  /** A search for a capacity; null when the history has none of this id. */
  rememberedSearch(id: string): Promise<HistorySearch | null>
  runReport(id: string): Promise<RunReport | null>
  /** Names of the files in the folder of a run that may be opened. */
  runFiles(id: string): Promise<readonly string[]>
  runFile(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | null>
  placeOf(run: Pick<HistoryRow, 'id' | 'scenario' | 'startedAt'>): Promise<RunPlace>
  stepsOf(scenario: string): Promise<readonly string[]>
  /** The oldest first. */
  trend(query: TrendQuery): Promise<readonly TrendPoint[]>
  listBaselines(): Promise<readonly ListedBaseline[]>
  loadedRuns(scenario: string): Promise<LoadedRuns>
}
