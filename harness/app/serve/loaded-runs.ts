/** Runs to learn the capacity of a scenario from: those of which the record is still there, of one file, on one machine. */
import { loadedIntervals } from '../../analysis/capacity/load-levels.ts'
import { differencesBetween, fingerprintOf, type RunSetting } from '../../analysis/comparison/baseline.ts'
import { HarnessError } from '../../base/errors.ts'
import { formatCount } from '../../base/units.ts'
import type { HistoryRow } from '../../model/history.ts'
import type { WorkloadPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { HistoryStore } from '../../store/history/history-store.ts'
import { findRunFolder } from '../../store/report-folders.ts'
import { readRunRecord } from '../../store/stored-run.ts'
import type { LoadedRun, LoadedRuns } from '../../web/history/sources.ts'
import { readRemembered } from '../history/history.ts'

/** Most runs taken, and most of the newest that are looked at for them. */
const RUNS_MAX = 8
const CANDIDATES_MAX = 40
/** Most intervals in all: each is a histogram that has to be decoded. */
const INTERVALS_MAX = 4_000

/** Newest valid runs with the same scenario and machine as the newest of them. */
export async function findLoadedRuns(
  history: HistoryStore,
  reportsFolder: string,
  scenario: string,
): Promise<LoadedRuns> {
  const runs: LoadedRun[] = []
  const leftOut: { id: string; why: string }[] = []
  let first: RunRecord | null = null
  let left = INTERVALS_MAX
  for (const row of await history.list({ scenario, kinds: ['run', 'comparison'], limit: CANDIDATES_MAX })) {
    if (runs.length === RUNS_MAX) break
    const read = await readBoth(history, row, reportsFolder)
    const why = typeof read === 'string' ? read : whyNot(first, read.record, left)
    if (typeof read === 'string' || why !== null) {
      leftOut.push({ id: row.id, why: why ?? '' })
      continue
    }
    first ??= read.record
    left -= read.run.intervals.length
    runs.push(read.run)
  }
  return { runs, leftOut }
}

interface ReadRun {
  readonly record: RunRecord
  readonly run: LoadedRun
}

/** The load is in the record, the figures are in the history; or why the run cannot be used. */
async function readBoth(
  history: HistoryStore,
  { id, build, valid }: HistoryRow,
  reportsFolder: string,
): Promise<ReadRun | string> {
  if (!valid) return 'the measurement was unreliable'
  const folder = await findRunFolder(reportsFolder, id)
  if (folder === null) return 'the record is no longer in the reports folder'
  try {
    const record = await readRunRecord(folder, folder)
    if (record.plan.workloads.length > 1) return 'it had several workloads: no one number is its load'
    const remembered = await readRemembered(history, id)
    const intervals = loadedIntervals(remembered?.intervals ?? [], record.intervals)
    return { record, run: { id, build, model: (record.plan.workloads[0] as WorkloadPlan).model, intervals } }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return 'its stored data cannot be read'
  }
}

/** @param first whose machine and scenario file all others share */
function whyNot(first: RunRecord | null, record: RunRecord, left: number): string | null {
  if (record.intervals.length > left)
    return `more intervals than can be read here, ${formatCount(INTERVALS_MAX)} in all`
  const differences = first === null ? [] : differencesBetween(settingOf(first), settingOf(record))
  return differences.length === 0 ? null : `changed since: ${differences.join(', ')}`
}

/** The load may differ: that is what is looked for. */
function settingOf({ scenarioHash, environment }: RunRecord): RunSetting {
  return { scenarioHash, loadHash: '', environment: fingerprintOf(environment) }
}
