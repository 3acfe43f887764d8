/** The contract of whoever sends the load of a run: threads of this process, or workers on other machines. */
import type { Clock } from '../base/clock.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import type { RunPlan, ScenarioModule, ShardPlan } from '../model/plan.ts'

/** The load of one run, ready to be sent. */
export interface LoadToDrive {
  readonly runId: string
  readonly plan: RunPlan
  readonly module: ScenarioModule | null
  readonly threads: number
  readonly secrets: Readonly<Record<string, string>>
  readonly setupValue: unknown
  readonly correlationId: string
  readonly provisioned: ShardPlan['provisioned']
  readonly clock: Clock
  /** Aborting it abandons shards that are not ready yet, and no load begins. */
  readonly giveUp: AbortSignal
  /** Called once a second, in order, and a last time when all shards have ended. */
  readonly onSecond: (second: ClosedSecond) => void
}

/** A second of the run from which nothing more is waited for. */
export interface ClosedSecond {
  /** The counts of everybody who drove load in it. */
  readonly snapshots: readonly IntervalSnapshot[]
}

/** The end of one shard. */
export interface ShardEnd {
  readonly shard: number
  readonly status: 'finished' | 'lost' | 'stuck'
  readonly message: string | null
}

/** The end of a load. */
export interface LoadEnd {
  readonly shards: readonly ShardEnd[]
  readonly loadMs: number
}

/** A load that is being sent. */
export interface RunningLoad {
  /** First call: no new work, in-flight requests may finish. Second: aborts at once. */
  stop(mode: 'drain' | 'abort'): void
  /** Gives every shard the new value of a secret. */
  renewSecret(name: string, value: string): void
  /** Resolves when every shard has ended and the last second was delivered. */
  readonly ended: Promise<LoadEnd>
}

export interface LoadDriver {
  /** Resolves when every shard is ready and run start is set. @throws HarnessError SCENARIO_LOAD_FAILED, INTERRUPTED */
  start(load: LoadToDrive): Promise<RunningLoad>
}
