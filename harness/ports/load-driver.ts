/** The contract of whoever sends the load of a run: threads of this process, or workers on other machines. */
import type { Clock } from '../base/clock.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import type { LiveHost } from '../model/live-view.ts'
import type { RunPlan, ScenarioModule, ShardPlan } from '../model/plan.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { RunIdentity, RunRecord } from '../model/run-record.ts'
import type { TrialEvent } from '../model/tried-request.ts'
import type { PreflightFinding } from './preflight.ts'

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
  /** Called when somebody who drives load is lost. */
  readonly onLoss: (loss: Loss) => void
  /** Makes the load a trial: called with every request. Threads of this process only. */
  readonly onTried?: (event: TrialEvent) => void
}

/** The load of a run, with what another process needs to go on with it. */
export interface RunToDrive extends LoadToDrive {
  readonly identity: RunIdentity
  /** ISO 8601 */
  readonly startedAt: string
}

/** A load that another process has begun and left. */
export interface BegunLoad
  extends Pick<RunToDrive, 'identity' | 'startedAt' | 'setupValue' | 'provisioned'> {}

/** A load for which somebody is held. */
export interface HeldLoad {
  /** The number of threads in all. */
  readonly threads: number
  /** Null: it has not begun. Otherwise `start` goes on with it, and needs no look. */
  readonly begun: BegunLoad | null
}

/** The loss of somebody who drove load. */
export interface Loss {
  /** For people. */
  readonly reason: string
  /** Milliseconds since run start. */
  readonly atMs: number
  /** False: the others go on with their shares. */
  readonly endsLoad: boolean
}

/** A second of the run from which nothing more is waited for. */
export interface ClosedSecond {
  /** The counts of everybody who drove load in it; none in a message about late ones. */
  readonly snapshots: readonly IntervalSnapshot[]
  /** False: it was closed without the counts of some, which may still come. */
  readonly isWhole: boolean
  /** Counts of seconds that were closed without them. */
  readonly late: readonly IntervalSnapshot[]
  /** The usage of those who drove load; null: they are threads of this process. */
  readonly used: RecordInterval['generator'] | null
  /** Those who drove load, for people; null: they are threads of this process. */
  readonly hosts: readonly LiveHost[] | null
}

/** The end of one shard. */
export type ShardEnd = Readonly<RunRecord['shards'][number]>

/** The end of a load. */
export interface LoadEnd {
  readonly shards: readonly ShardEnd[]
  readonly loadMs: number
  /** The hosts that drove it, and what they used; null: threads of this process. */
  readonly hosts: Pick<RunRecord, 'hosts' | 'takeovers' | 'generator'> | null
}

/** A load that somebody is to be found for. */
export interface LoadToHold {
  readonly runId: string
  readonly plan: RunPlan
  /** The number of threads that this machine would use. */
  readonly threads: number
  /** Null: nobody asked for a number. */
  readonly threadsAsked: number | null
  /** The most that the plan can use. */
  readonly threadsMax: number
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
  /** Holds whoever will drive a load. @throws HarnessError POOL_TOO_SMALL, WORKER_BUSY, RUN_TAKEN */
  hold(load: LoadToHold): Promise<HeldLoad>
  /** Tells what they find on their machines before load. @param plan with targets that run */
  look(plan: RunPlan): Promise<readonly PreflightFinding[]>
  /** Resolves when every shard is ready and run start is set. @throws HarnessError SCENARIO_LOAD_FAILED, INTERRUPTED */
  start(load: RunToDrive): Promise<RunningLoad>
  /** Lets go of whoever is held. */
  close(): Promise<void>
}
