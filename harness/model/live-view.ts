/** A run as people watch it: what the terminal and the dashboard show, once a second. Plain data; times in ms since run start. */
import type { ChartMark, SubjectBound } from './chart.ts'
import type { ObjectiveDemand } from './demand.ts'
import type { ObjectiveStateName } from './enforcement.ts'
import type { FailureCount } from './failures-schema.ts'
import type { ObjectiveResult } from './objective-result.ts'
import type { PhasePlan } from './plan.ts'
import type { RunRecord } from './run-record.ts'
import type { Severity } from './severity.ts'
import type { Verdict } from './verdict.ts'

/** Stages of a run. */
export const RUN_STAGES = ['preparing', 'running', 'draining', 'done', 'failed'] as const
export type RunStage = (typeof RUN_STAGES)[number]

/** Response times over some stretch. */
export interface LatencyFigures {
  readonly count: number
  /** Shortest wait of a request that ended without an answer: times at or above it are lower bounds. Null: all were answered. */
  readonly lowerBoundFromMs: number | null
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Requests whose response time lay in [fromMs, toMs). */
export interface LatencyBar {
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
}

/** The plan as it is shown. */
export interface LivePlan {
  readonly pattern: string
  readonly model: 'open' | 'closed' | 'mixed'
  readonly agents: number
  readonly threads: number
  readonly seed: number
  readonly durationMs: number
  /** The iterations after which the load ends; null: its time ends it. */
  readonly iterations: number | null
  readonly phases: readonly PhasePlan[]
  readonly targets: readonly string[]
}

/** Samples that an objective still needs before anything can be said of it. */
export interface MissingSamples {
  readonly count: number
  readonly noun: 'request' | 'second'
  /** True below its `minSamples`: until then no value counts, whatever it is. */
  readonly isRequired: boolean
}

/** The facts about an objective by now; `text/standing.ts` puts them into a word. */
export interface ObjectiveStatus extends ObjectiveDemand {
  readonly severity: Severity
  /** The state that the monitor is in. `not-watched`: only judged at the end. */
  readonly state: ObjectiveStateName | 'not-watched'
  /** The result of the whole run; null before the verdict. */
  readonly outcome: ObjectiveResult['outcome'] | null
  /** The begin of the breach; where there is none any more, that of the state; null before the first change. */
  readonly sinceMs: number | null
  /** While pending: when it fires unless it recovers; null otherwise. */
  readonly firesAtMs: number | null
  /** Value by now, in `unit`: of its window, else of the measured run so far. Null: nothing was measured. */
  readonly observed: number | null
  /** Null when there are enough. */
  readonly missing: MissingSamples | null
  /** True while the generator is unreliable and this figure depends on it: a breach is not believed. */
  readonly isSuspended: boolean
  /** The rest of the bad requests that it allows so far, 0-1; null when it is no such claim, and before a request counted. */
  readonly budgetLeftRatio: number | null
  /** Hints at the cause: `component`, `resource`. */
  readonly annotations: Readonly<Record<string, string>>
}

/** One cause of failed requests of one step. */
export interface LiveFailure extends FailureCount {
  readonly step: string
}

/** Something that happened, for the lane of events. */
export interface LiveEvent {
  readonly atMs: number
  readonly kind: 'phase' | 'breach' | 'alert' | 'rollback' | 'stop' | 'note'
  readonly level: 'info' | 'warning' | 'error'
  readonly text: string
}

/** The instrument itself. `strained` warns; in `doubt` timed objectives are not believed. */
export interface GeneratorStatus {
  readonly level: 'ok' | 'strained' | 'doubt'
  /** Empty when all is well. */
  readonly reason: string
  readonly loopBusyRatio: number
  readonly longestTurnMs: number
  readonly gcPauseMs: number
  /** p99 of the last second; null when nothing was sent. */
  readonly startDelayMs: number | null
  readonly cpuCores: number
  readonly rssBytes: number
}

/** A worker of a run over several hosts, in its newest second. */
export interface LiveHost {
  readonly worker: string
  readonly threads: number
  /** `late`: nothing was heard of it for some seconds. */
  readonly state: 'well' | 'late' | 'ended' | 'lost'
  /** Journeys a second of its share. */
  readonly plannedPerSec: number
  readonly startedPerSec: number
  readonly loopBusyRatio: number
  readonly longestTurnMs: number
  /** The age of the newest second that has come of it. */
  readonly lagMs: number
  /** The distance of the coordinator's clock from its own, and how wrong that can be. */
  readonly clock: { readonly offsetMs: number; readonly boundMs: number }
}

/** The verdict as it is shown: the headline, then what else was found. */
export interface LiveVerdict extends Pick<Verdict, 'outcome' | 'exitCode'> {
  /** `NO-GO`; `GO, 2 warnings` where a possible regression is among them. */
  readonly word: string
  readonly tone: 'good' | 'bad' | 'doubt'
  readonly headline: string
  /** The other findings, the worst first. */
  readonly others: readonly string[]
}

/** Everything but the series. */
export interface LiveView {
  readonly stage: RunStage
  readonly runId: string
  readonly scenario: string
  readonly correlationId: string
  /** Null before the plan is known. */
  readonly plan: LivePlan | null
  readonly nowMs: number
  readonly phase: string
  /** Journeys a second in the last second. */
  readonly plannedPerSec: number
  readonly startedPerSec: number
  /** Requests a second in the last second. */
  readonly requestsPerSec: number
  readonly activeAgents: number
  readonly backlog: number
  readonly inFlight: number
  /** Agents by region; empty without regions. */
  readonly regions: Readonly<Record<string, number>>
  /** Journeys of the run that were begun. */
  readonly startedCount: number
  /** Completed requests of the run. */
  readonly requestCount: number
  readonly errorCount: number
  /** The causes of the failed requests of the run by step, the most frequent first; the rarest are left out. */
  readonly failures: readonly LiveFailure[]
  /** Journeys of the run whose code threw or in which a check failed. */
  readonly failedByCode: number
  /** Length of `window`, ms. */
  readonly windowMs: number
  readonly window: LatencyFigures
  readonly run: LatencyFigures
  /** Response times of the window. */
  readonly bars: readonly LatencyBar[]
  readonly objectives: readonly ObjectiveStatus[]
  readonly generator: GeneratorStatus | null
  /** The workers that send the load, the worst first; empty for threads of this process. */
  readonly hosts: readonly LiveHost[]
  readonly target: RunRecord['intervals'][number]['target']
  /** The newest last; bounded. */
  readonly events: readonly LiveEvent[]
  /** Marks and bounds of the charts. */
  readonly marks: readonly ChartMark[]
  readonly bounds: readonly SubjectBound[]
  readonly verdict: LiveVerdict | null
  /** The reason why the run failed before it had a verdict; null when it did not. */
  readonly failure: string | null
}
