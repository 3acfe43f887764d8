/** The inputs of a service, and who observes it. */
import type { StopRequest } from '../../base/stop-request.ts'
import type { ToldSchedule } from '../../model/service.ts'
import type { PublishedCapacity } from '../capacity/publish-capacity.ts'
import type { PoolRef } from '../pool/join-pool.ts'
import type { FinishedRun } from '../run/publish.ts'
import type { DashboardRequest, OpenDashboard } from './dashboard.ts'

export interface ServeRequest extends DashboardRequest {
  /** Folder of the scenarios that may be started. */
  readonly scenarios: string
  readonly outDir: string
  /** History: a file, or `postgres://...`. */
  readonly store: string
  /** Folder of the baselines. */
  readonly baselines: string
  /** The pool that is shown; null for none. */
  readonly pool: PoolRef | null
  /** Token of the interface for programs; null: it is closed. */
  readonly apiToken: string | null
  /** Asked once, no run is started any more and one that is under way drains; asked again, it is given up. */
  readonly stop: StopRequest
}

/** Observes the runs besides the page. */
export interface ServeObserver {
  /** A run begins. */
  onStart(scenario: string, by: string): void
  onEnd(finished: FinishedRun): void
  /** A search for a capacity has its answer. */
  onAnswer(published: PublishedCapacity): void
  onFailure(error: unknown): void
  /** A line about something that is no run. */
  onNote(text: string): void
}

export interface Serving extends Pick<OpenDashboard, 'url' | 'isTokenNew'> {
  /** Scenarios that may be started when it begins. */
  readonly scenarioCount: number
  readonly schedules: readonly ToldSchedule[]
  /** Resolves when it was asked to stop and no run is under way. */
  readonly over: Promise<void>
}
