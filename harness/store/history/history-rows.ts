/** Conversions between what is remembered and the rows of the history's tables. */
import { recoveryMsOf } from '../../analysis/rollback-recovery.ts'
import { HarnessError } from '../../base/errors.ts'
import { joinWhole } from '../../measure/whole-interval.ts'
import { type HistoryEntry, type HistoryRun, historyEntrySchema } from '../../model/history.ts'
import type { RunSummary, WholeInterval } from '../../model/run-summary.ts'
import { isDoubtfulGo } from '../../text/headline.ts'
import { searchDocuments, searchMetrics } from './search-rows.ts'
import type { HistoryTables } from './tables.ts'

export function rowOf(entry: HistoryEntry): HistoryTables['runs'] {
  const { id, kind, scenario, outcome, build } = entry
  return {
    id,
    kind,
    scenario,
    started_at: entry.startedAt,
    load_ms: entry.loadMs,
    outcome,
    valid: entry.valid ? 1 : 0,
    build,
    scenario_hash: entry.scenarioHash,
    load_hash: entry.loadHash,
    boot_id: entry.bootId,
    environment: JSON.stringify(entry.environment),
    ...(entry.kind === 'capacity' ? searchDocuments(entry) : runDocuments(entry)),
  }
}

function runDocuments({ verdict, summaries, merged }: HistoryRun) {
  return {
    doubtful: isDoubtfulGo(verdict) ? 1 : 0,
    summaries: JSON.stringify(summaries),
    verdict: JSON.stringify(verdict),
    rollback: verdict.rollback?.outcome ?? null,
    recovery_ms: recoveryMsOf(verdict),
    merged: JSON.stringify(merged),
  }
}

export function metricRows(entry: HistoryEntry): HistoryTables['metrics'][] {
  const { id } = entry
  if (entry.kind === 'capacity') return searchMetrics(entry)
  const { summaries } = entry
  const rows = (step: string, { metrics }: RunSummary) =>
    Object.entries(metrics).map(([metric, { y, w }]) => ({ run_id: id, step, metric, y, w }))
  return [
    ...rows('', summaries.all),
    ...Object.entries(summaries.steps).flatMap(([step, summary]) => rows(step, summary)),
  ]
}

export function intervalRows(
  runId: string,
  intervals: readonly WholeInterval[],
): HistoryTables['intervals'][] {
  return intervals.map(({ startMs, endMs, requests, errors, hdr }, sequence) => ({
    run_id: runId,
    sequence,
    start_ms: startMs,
    end_ms: endMs,
    requests,
    errors,
    hdr,
  }))
}

/** Reads what is stored of a run. @throws HarnessError HISTORY_UNUSABLE that names the run, where it is none of this version */
export function readStored<T>(id: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new HarnessError('HISTORY_UNUSABLE', `the run ${id} of the history cannot be read`, {
      cause,
      hint: 'It was changed from outside, or written by another version. The others are as good as before: see them with `proofload history list`.',
    })
  }
}

/** @throws HarnessError HISTORY_UNUSABLE */
export function entryOf(row: HistoryTables['runs'], intervals: readonly WholeInterval[]): HistoryEntry {
  return readStored(row.id, () => parseRow(row, intervals))
}

function parseRow(row: HistoryTables['runs'], intervals: readonly WholeInterval[]): HistoryEntry {
  const isSearch = row.kind === 'capacity'
  return historyEntrySchema.parse({
    schemaVersion: 1,
    id: row.id,
    kind: row.kind,
    scenario: row.scenario,
    startedAt: row.started_at,
    loadMs: row.load_ms,
    outcome: row.outcome,
    valid: row.valid === 1,
    build: row.build,
    scenarioHash: row.scenario_hash,
    loadHash: row.load_hash,
    bootId: row.boot_id,
    environment: JSON.parse(row.environment),
    ...(isSearch
      ? JSON.parse(row.verdict)
      : {
          summaries: JSON.parse(row.summaries),
          verdict: JSON.parse(row.verdict),
          merged: JSON.parse(row.merged),
          intervals,
        }),
  })
}

export function intervalOf({
  start_ms,
  end_ms,
  requests,
  errors,
  hdr,
}: HistoryTables['intervals']): WholeInterval {
  return { startMs: start_ms, endMs: end_ms, requests, errors, hdr }
}

/** Joins neighbours until each is at least so long. */
export function joinUpTo(intervals: readonly WholeInterval[], intervalMs: number): WholeInterval[] {
  const merged: WholeInterval[] = []
  let open: WholeInterval[] = []
  for (const interval of intervals) {
    open.push(interval)
    if (interval.endMs - (open[0] as WholeInterval).startMs < intervalMs) continue
    merged.push(joinWhole(open))
    open = []
  }
  return open.length === 0 ? merged : [...merged, joinWhole(open)]
}
