import type * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import type { MetricBatch } from '../model/metric-point.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'

/**
 * Sends the figures of a run to one monitoring system. It knows nothing of runs, and may be slow or fail: the caller has a queue, time
 * limits and a circuit breaker, and no run waits for it.
 */
export interface Output {
  /** Sends everything so far, once; rejects when the receiver did not take it. A later batch has all that an earlier one had. */
  send(batch: MetricBatch, signal: AbortSignal): Promise<void>
  /** Sends the last batch of a run, which says how it came out. */
  finish(end: RunEnd, signal: AbortSignal): Promise<void>
  /** Lets go of sockets and files; whoever reads at intervals may get `signal` to abort before it has read the end. Never rejects. */
  close(signal: AbortSignal): Promise<void>
}

/** The last that is sent of a run. */
export interface RunEnd {
  readonly batch: MetricBatch
  /** Secrets are masked. */
  readonly record: RunRecord
  readonly verdict: Verdict
}

export interface OutputContext {
  readonly clock: Clock
  /** For relative paths. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Exponential histograms have 2^schema buckets in a doubling. */
  readonly schema: number
  /** Says a line about something that works in another way than was asked for. */
  readonly note: (message: string) => void
}

/** The place that an output sends to. */
export interface OutputPlace {
  /** For people: no path, query or password. */
  readonly text: string
  /** Null: a file, or a port of this machine. */
  readonly host: string | null
}

/** A plugin for one monitoring system. Its settings are in `telemetry/outputs/settings.ts`, so that a run without outputs loads no more. */
export interface OutputPlugin {
  readonly name: string
  /** One sentence for the documentation. */
  readonly summary: string
  /** The configuration as written in scenarios, defaults included; secrets are filled in before `open`. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** The setting that `--output name=VALUE` gives; null where a name alone says all. */
  readonly flag: string
  /** True for one that writes histograms with bounds: series by the dozen. */
  isClassic(config: Readonly<Record<string, unknown>>): boolean
  /** True for one that reads the points of a batch when somebody asks it, and no others: nobody translates them before. */
  readonly isAsked: boolean
  /** Milliseconds from one batch to the next. */
  everyMs(config: Readonly<Record<string, unknown>>): number
  placeOf(config: Readonly<Record<string, unknown>>): OutputPlace
  /** @throws HarnessError OUTPUT_UNAVAILABLE when it cannot be opened on this machine */
  open(config: Readonly<Record<string, unknown>>, context: OutputContext): Promise<Output>
}
