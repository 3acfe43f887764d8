/**
 * A baseline: approved runs of one load on one kind of machine, `baselines/<scenario>/<name>.json`. Committed and read by
 * people in reviews, so it holds summaries and coarse histograms, not the whole records (STATS section 6).
 */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { recordOf } from '../base/record-of.ts'
import { COMPARED_METRICS, runSummariesSchema, wholeIntervalSchema } from './run-summary.ts'
import { OUTCOMES } from './verdict.ts'

export const BASELINE_SCHEMA_VERSION = 1

/** The properties that must be equal for figures to be comparable. */
export const fingerprintSchema = z.object({
  cpuModel: z.string(),
  cores: z.number(),
  memoryGib: z.number(),
  platform: z.string(),
  kernel: z.string(),
  node: z.string(),
})
export type Fingerprint = z.infer<typeof fingerprintSchema>

export const baselineRunSchema = z.object({
  id: z.string(),
  /** Runs of one boot of a machine within some hours: one observation. */
  session: z.string(),
  startedAt: z.string(),
  /** Commit or whatever else names the build; null when nobody said. */
  build: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  approved: z.object({ at: z.string(), by: z.string(), reason: z.string() }),
  summaries: runSummariesSchema,
  /** Response times of the whole run by step, HDR V2 compressed base64. */
  merged: recordOf(z.string()),
  intervals: z.array(wholeIntervalSchema),
})
export type BaselineRun = z.infer<typeof baselineRunSchema>

/** The noise of a machine, learned from the runs themselves. */
const learnedNoiseSchema = z.object({ s0: z.number(), d0: z.number(), sessions: z.number() })

export const baselineSchema = z.object({
  schemaVersion: z.literal(BASELINE_SCHEMA_VERSION),
  scenario: plainName,
  name: plainName,
  /** Content of the scenario file and all it imports; null when it had none. */
  scenarioHash: z.string().nullable(),
  loadHash: z.string(),
  environment: fingerprintSchema,
  noise: z.partialRecord(z.enum(COMPARED_METRICS), learnedNoiseSchema),
  /** By start, oldest first. */
  runs: z.array(baselineRunSchema),
})
export type Baseline = z.infer<typeof baselineSchema>
