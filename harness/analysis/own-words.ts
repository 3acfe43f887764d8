/**
 * Keys and fixed words of what is stored and told about a run. They stand in every record: one that is a secret as well is
 * not masked where it stands alone, for that would tell nobody less, and spoil the record.
 */
import * as z from 'zod'
import { alertSchema } from '../model/alert.ts'
import { CHART_SUBJECTS } from '../model/chart.ts'
import { ERROR_KINDS, STEP_OUTCOMES } from '../model/outcome.ts'
import { rollbackEntrySchema } from '../model/rollback-journal.ts'
import { runRecordSchema } from '../model/run-record.ts'
import { cellDeltaSchema, snapshotSchema } from '../model/snapshot-schema.ts'
import { verdictSchema } from '../model/verdict.ts'
import { METRICS } from './metrics/catalogue.ts'

/** Those of live views and the shares of shards, which are types without a schema. */
const UNSCHEMED = `
(other) bars blocked breach check componentMs counts dedupeKey done doubt draining error
errorCount errorsPerSec event failure firesAtMs gcPauseMs hint identity label longestTurnMs
loopBusyRatio main module not-watched note nowMs overBounds p50Ms p95Ms p99Ms path plannedPerSec
preparing provisioned requestCount resolved run running setupValue shardCount sinceMs snapshots stage start
startedPerSec strained text used verdict window
headline isRequired isSuspended missing noun others request second tone word good bad
change coreWaitRatio lagMs marks mixed percentilesMs subjects toX well
`

function collect(value: unknown, words: Set<string>, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (value instanceof z.ZodType) return collectSchema(value, words, seen)
  for (const part of Object.values(value)) collect(part, words, seen)
}

function collectSchema(schema: z.ZodType, words: Set<string>, seen: Set<unknown>): void {
  const { def } = schema
  if (schema instanceof z.ZodObject) for (const key of Object.keys(schema.shape)) words.add(key)
  const fixed = schema instanceof z.ZodEnum ? schema.options : []
  const literals = schema instanceof z.ZodLiteral ? [...schema.values] : []
  for (const word of [...fixed, ...literals]) if (typeof word === 'string') words.add(word)
  collect(def, words, seen)
}

function ownWords(): ReadonlySet<string> {
  const words = new Set([
    ...UNSCHEMED.split(/\s+/),
    ...ERROR_KINDS,
    ...STEP_OUTCOMES,
    ...METRICS.keys(),
    ...CHART_SUBJECTS,
  ])
  const schemas = [
    runRecordSchema,
    snapshotSchema,
    cellDeltaSchema,
    verdictSchema,
    rollbackEntrySchema,
    alertSchema,
  ]
  for (const schema of schemas) collect(schema, words, new Set())
  return words
}

export const OWN_WORDS: ReadonlySet<string> = ownWords()
