/** One second of a run as its record holds it: what was done, how it went, and what machine and target gave for it. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { dispatchSchema, spansSchema, workloadCountsSchema } from './counts-schema.ts'
import { amount, count, durationMs, instantMs, ratio } from './quantities.ts'

const probeSampleSchema = z.object({
  cpuCores: ratio.nullable(),
  rssBytes: amount.nullable(),
  cpuRatio: ratio.nullable(),
  memoryRatio: ratio.nullable(),
  value: z.number().nullable(),
})

export const intervalSchema = z.object({
  startMs: durationMs,
  endMs: durationMs,
  /** Phase at the start of the interval. */
  phase: z.string(),
  dispatch: dispatchSchema,
  /** The counts of each workload that has a name; absent: there is none. */
  workloads: recordOf(workloadCountsSchema).optional(),
  activeAgents: count,
  /** Agents by region at the end of the interval. */
  regions: recordOf(count),
  backlog: count,
  inFlight: count,
  /** Counts of the step in this interval, and the response times of its ok answers and timeouts. */
  steps: recordOf(
    z.object({
      ok: count,
      failed: count,
      errored: count,
      timedOut: count,
      aborted: count,
      hdr: z.string().nullable(),
    }),
  ),
  /** Requests that did not end well, by kind. */
  errors: recordOf(count),
  /** Time by component, as the target reports it. */
  components: recordOf(z.object({ count, sumUs: z.number() })),
  /** The start delay p99 of the requests sent in the interval; of merged intervals the highest. Null when none was. */
  startDelayP99Ms: durationMs.nullable(),
  /** Shortest wait, ms, of a request that ended without an answer: a percentile at or above it is a lower bound. */
  lowerBoundFromMs: durationMs.nullable(),
  /** Messages published and not consumed yet at the end of the interval, by target. */
  consumerLag: recordOf(count).default({}),
  spans: spansSchema,
  /** Worst shard of the interval. */
  health: z.object({
    eventLoopUtilization: ratio,
    loopDelayMaxMs: durationMs,
    gcPauseMaxMs: durationMs,
    cpuRatio: ratio.nullable(),
    runQueueWaitRatio: ratio.nullable(),
  }),
  generator: z.object({
    cpuCores: ratio,
    rssBytes: amount,
    /** Share of the machine's time that its host gave to others; null where the system does not tell. */
    stealRatio: ratio.nullable(),
    /** The busy share of the machine's cores, whoever had them; null where the system does not tell. */
    machineCpuRatio: ratio.nullable().default(null),
    /** The distance that calendar time and monotonic time moved apart. */
    clockStepMs: instantMs,
  }),
  /** Target process, when its pid is known. */
  target: z
    .object({
      cpuCores: ratio,
      rssBytes: amount,
      /** Shares of what it may use: its own limit, or the machine; null where unknown. */
      cpuRatio: ratio.nullable(),
      memoryRatio: ratio.nullable(),
    })
    .nullable(),
  /** The samples of other probes by name; null for a failed sample. */
  probes: recordOf(probeSampleSchema.nullable()),
})
export type RecordInterval = z.infer<typeof intervalSchema>

/** The resources in an interval, measured outside the shards. */
export const resourcesSchema = intervalSchema.pick({ generator: true, target: true, probes: true })
