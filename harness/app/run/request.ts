/** The inputs of a load and of a run: what a command, a page or another use-case asks for. */
import type { Arming } from '../../analysis/rollback-decision.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { InconclusivePolicy } from '../../model/verdict.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import { STATE_FILE } from '../state/emergency.ts'
import type { PoolRequest } from './open-driver.ts'
import type { PreparedPlan } from './prepare.ts'
import type { FinishedRun } from './publish.ts'

/** The scenario to load, and by how much it is changed. */
export interface ScenarioRequest {
  /** Scenario file or URL. */
  readonly source: string
  readonly overrides: Overrides
  /** Null: cores - 1, at least 1. */
  readonly threads: number | null
  /** Called with every plan that is about to be used, before anything is started for it; throws for one that may not be. Absent: any may. */
  readonly permit?: (prepared: PreparedPlan) => void
}

/** One load that is judged. */
export interface LoadRequest extends ScenarioRequest {
  /** Names of the reports besides record and verdict. */
  readonly reports: readonly string[]
  /** Cautions make the verdict INCONCLUSIVE. */
  readonly strict: boolean
  /** The effect of INCONCLUSIVE on the exit status. */
  readonly inconclusive: InconclusivePolicy
  /** Null: it is compared with nothing. */
  readonly compare: Comparer | null
  /** Null: it is not remembered. */
  readonly history: HistoryRef | null
  /** Null: it is only measured, and ended by nothing but a halt. */
  readonly enforce: Enforce | null
}

/** Reaction to breaches: alerts and, armed, a rollback; `watch`: they end the load where they may, and that is all. */
export type Enforce = { readonly arming: Arming } | 'watch'

/** Compares a run before it is judged. */
export interface Comparer {
  /** Makes sure, before anything is started, that there will be something to compare with. @throws HarnessError BASELINE_*, USAGE */
  require(plan: RunPlan): Promise<void>
  /** Absolute path of the folder where a baseline may begin with this run; null when none does. */
  beginsIn(plan: RunPlan): string | null
  /** Null: compared with nothing. */
  compare(record: RunRecord): Promise<Comparison | null>
  /** The baseline that reports show beside the run; null for none. @throws HarnessError BASELINE_INVALID */
  baselineOf(record: RunRecord, comparison: Comparison): Promise<Baseline | null>
}

/** The surroundings of a run. */
export interface RunSurroundings {
  /** Folder for reports. */
  readonly outDir: string
  /** Path of the folder of the comparison that the run is made for; null: the run is on its own. */
  readonly within: string | null
  /** State store: a file, or `redis://...`. A halt that stands there blocks the load. */
  readonly state: string
  readonly stop: StopRequest
  /** Handed to the author's setup and teardown, by name; none when absent. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The workers that send the load; null: threads of this process. */
  readonly pool: PoolRequest | null
  /** A run that has this id and no coordinator any more is gone on with. Absent: a new one. */
  readonly runId?: string | undefined
}

export interface RunRequest extends LoadRequest, RunSurroundings {
  /** The number of times that the run is made again while the generator is the reason why nothing can be said. */
  readonly retries: number
  /** Called with the verdict as soon as it stands and is on disk: before history and alerts are waited for. */
  readonly onJudged: ((finished: FinishedRun) => Promise<void>) | null
}

/** The history that a run is written to. */
export interface HistoryRef {
  /** File, or `postgres://...`. */
  readonly store: string
  readonly build: string | null
}

/** The request of a run that is a measurement and nothing else. */
export const MEASURE_ONLY = {
  reports: DEFAULT_REPORTS,
  strict: false,
  inconclusive: 'fail',
  retries: 0,
  compare: null,
  history: null,
  state: STATE_FILE,
  within: null,
  pool: null,
  enforce: null,
  onJudged: null,
} as const satisfies Partial<RunRequest>
