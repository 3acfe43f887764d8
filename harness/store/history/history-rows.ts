/** Conversions between runs and the rows of the history's tables. */
import { recoveryMsOf } from '../../analysis/rollback-recovery.ts'
import { HarnessError } from '../../base/errors.ts'
import { joinWhole } from '../../measure/whole-interval.ts'
import { type HistoryRun, historyRunSchema } from '../../model/history.ts'
import type { RunSummary, WholeInterval } from '../../model/run-summary.ts'
import { isDoubtfulGo } from '../../text/headline.ts'
import type { HistoryTables } from './tables.ts'

export function rowOf(run: HistoryRun): HistoryTables['runs'] {
  return {
    id: run.id,
    kind: run.kind,
    scenario: run.scenario,
    started_at: run.startedAt,
    load_ms: run.loadMs,
    outcome: run.outcome,
    valid: run.valid ? 1 : 0,
    doubtful: isDoubtfulGo(run.verdict) ? 1 : 0,
    build: run.build,
    scenario_hash: run.scenarioHash,
    load_hash: run.loadHash,
    boot_id: run.bootId,
    environment: JSON.stringify(run.environment),
    summaries: JSON.stringify(run.summaries),
    verdict: JSON.stringify(run.verdict),
    rollback: run.verdict.rollback?.outcome ?? null,
    recovery_ms: recoveryMsOf(run.verdict),
    merged: JSON.stringify(run.merged),
  }
}

export function metricRows({ id, summaries }: HistoryRun): HistoryTables['metrics'][] {
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
export function runOf(row: HistoryTables['runs'], intervals: readonly WholeInterval[]): HistoryRun {
  return readStored(row.id, () => parseRow(row, intervals))
}

function parseRow(row: HistoryTables['runs'], intervals: readonly WholeInterval[]): HistoryRun {
  return historyRunSchema.parse({
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
    summaries: JSON.parse(row.summaries),
    verdict: JSON.parse(row.verdict),
    merged: JSON.parse(row.merged),
    intervals,
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
