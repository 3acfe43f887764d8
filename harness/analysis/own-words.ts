/**
 * Keys and fixed words of what is stored and told about a run. They stand in every record: one that is a secret as well is
 * not masked where it stands alone, for that would tell nobody less, and spoil the record.
 */
import { z } from 'zod'
import { CHART_SUBJECTS } from '../model/chart.ts'
import { ERROR_KINDS, STEP_OUTCOMES } from '../model/outcome.ts'
import { rollbackEntrySchema } from '../model/rollback-journal.ts'
import { runRecordSchema } from '../model/run-record.ts'
import { verdictSchema } from '../model/verdict.ts'
import { METRICS } from './metrics/catalogue.ts'

/** Of plans, live views, alerts and journals, which are types without a schema. */
const UNSCHEMED = `
< <= > >= abort activeAgents agents alert alerts allowHosts alternatives amplitude annotations armed
arrivals atMs attempts autoBaseline backlog backoff backoffMs bars base baseMs baseline benefit
bound bounds breach budgetLeftRatio builds builtIn candidate cautions channels choice circular
closed code command complex componentMs config connectMs connections constant core correlationId
cost count cpuCores curve done doubt drainMs draining drop durationMs endMs environment error
errorCount errors errorsPerSec events exitCode expect expectedIterations extract factor fail failed
failure feeders file firesAtMs firstByteMs fn followUps forMs from fromMs gcPauseMs generator
graceMs handler high holdMs impact inFlight inconclusive info instantsMs intervals jitterRatio
journeys kind label labels last level limits login loginRetry longestTurnMs loopBusyRatio lowerBoundFromMs
max maxBackoffMs maxMs mean measured metric min minMs minRequests minSamples mix mode model module
name networkDelayMs normal not-watched note nowMs objectives observed ok on onNoData onRegression op
open outcome owner p50 p50Ms p90 p95 p95Ms p99 p99.9 p99Ms pacingMs part parts pass path pattern
pause peak per-agent periodMs phase phases plan plannedPerSec plugin points poisson precision
preparing probability probes procedures queue ramp rampMs random rate readyMs reason reasons regions
replay request requestCount requestsPerSec retry risky role rollback routes rows rssBytes run runId
runbook running safe scale scenario schemaVersion secrets seed sequence session setup setupValue
severity shard shardCount share shiftMs shuffle sinceMs sine slope spike stage startDelayMs
startDelayP99Ms startMs startedPerSec state step stepMs stepTimeoutMs steps stop strained sum target
targets teardown text think threads time timeZone timeoutMs timeouts
to toMs totalMs tracing unique unit url validation validationMs value values verdict visuals warning
watch weight whenBusy window windowMs within workload
change coreWaitRatio marks percentilesMs subjects toX
dedupeKey summary identity snapshots used event interval start key overBounds epoch sequence gauges
evidence violations check level blocked hint resolved counts gcTotalMs (other)
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
  for (const schema of [runRecordSchema, verdictSchema, rollbackEntrySchema])
    collect(schema, words, new Set())
  return words
}

export const OWN_WORDS: ReadonlySet<string> = ownWords()
