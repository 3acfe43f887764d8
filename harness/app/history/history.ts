/** Runs and searches that are remembered: how they get into a history, and out of it. */
import { dirname, resolve } from 'node:path'
import { fingerprintOf, mergedHistograms, wholeRunIntervals } from '../../analysis/comparison/baseline.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { type StopRequest, unlessStopped } from '../../base/stop-request.ts'
import { type HistoryEntry, type HistoryRun, historyEntrySchema } from '../../model/history.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { HistoryFilter } from '../../store/history/history-filter.ts'
import type { HistoryStore } from '../../store/history/history-store.ts'
import { exists } from '../../system/files.ts'
import { inTriedFolder } from '../../system/try-folder.ts'

/** Unless somebody says otherwise. */
export const HISTORY_FILE = '.proofload/history.db'

/** Opens a history for as long as `body` takes. @throws HarnessError HISTORY_UNUSABLE, INTERRUPTED while it is opened */
export async function withHistory<T>(
  store: string,
  cwd: string,
  body: (history: HistoryStore) => Promise<T>,
  stop: Pick<StopRequest, 'signal'> | null = null,
): Promise<T> {
  // Two databases and a query builder: loaded by who asks for them, not by every command.
  const { openHistory } = await import('../../store/history/open-history.ts')
  const open = () => openHistory(store.includes('://') ? store : resolve(cwd, store))
  const history =
    stop === null ? await open() : await unlessStopped(stop.signal, 'while the history was opened', open)
  try {
    return await body(history)
  } finally {
    await history.close()
  }
}

/**
 * Opens the history and tries to write; of a file that is not there, tries the folder and leaves none behind.
 * @throws HarnessError HISTORY_UNUSABLE
 */
export async function requireWritableHistory(store: string, cwd: string): Promise<void> {
  const path = store.includes('://') ? null : resolve(cwd, store)
  if (path === null || (await exists(path)))
    return withHistory(store, cwd, (history) => history.requireWritable())
  try {
    await inTriedFolder(dirname(path), () => Promise.resolve())
  } catch (cause) {
    throw new HarnessError('HISTORY_UNUSABLE', `the history ${path} cannot be used: ${messageOf(cause)}`, {
      cause,
      hint: 'Make its folder writable, or choose another with --store.',
    })
  }
}

/** A run of the history, null when it has none. @throws HarnessError RECORD_INVALID when what it holds cannot be read */
export async function readRemembered(history: HistoryStore, id: string): Promise<HistoryRun | null> {
  try {
    return await history.get(id)
  } catch (cause) {
    throw new HarnessError(
      'RECORD_INVALID',
      `what the history holds of ${id} cannot be read: ${messageOf(cause)}`,
      {
        cause,
        hint: 'It was changed from outside, or written by another version.',
      },
    )
  }
}

/** A finished run as the history keeps it. */
export function historyRunOf(record: RunRecord, verdict: Verdict, build: string | null): HistoryRun {
  return {
    schemaVersion: 1,
    id: record.runId,
    kind: record.builds === null ? 'run' : 'comparison',
    scenario: record.scenario,
    startedAt: record.startedAt,
    loadMs: record.loadMs,
    outcome: verdict.outcome,
    valid: verdict.validity.valid,
    build,
    scenarioHash: record.scenarioHash,
    loadHash: record.loadHash,
    bootId: record.environment.bootId,
    environment: fingerprintOf(record.environment),
    summaries: record.summaries,
    verdict,
    merged: mergedHistograms(record),
    intervals: wholeRunIntervals(record, Number.POSITIVE_INFINITY),
  }
}

/** A line of JSON for each run and search that the filter lets through, the newest first. */
export async function exportHistory(
  history: HistoryStore,
  filter: HistoryFilter,
  write: (line: string) => void,
): Promise<number> {
  const rows = await history.list({ limit: Number.MAX_SAFE_INTEGER, ...filter })
  for (const { id } of rows) write(`${JSON.stringify(await history.entry(id))}\n`)
  return rows.length
}

/** Adds what `exportHistory` wrote; what is there already is passed over. @throws HarnessError DOCUMENT_INVALID */
export async function importHistory(
  history: HistoryStore,
  text: string,
): Promise<{ readonly added: number; readonly known: number }> {
  let added = 0
  let known = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    if (await history.add(parseLine(line, index + 1))) added++
    else known++
  }
  return { added, known }
}

function parseLine(line: string, number: number): HistoryEntry {
  const wrong = (why: string) =>
    new HarnessError(
      'DOCUMENT_INVALID',
      `line ${number} is neither a run nor a search of a history: ${why}`,
      {
        hint: 'Use the output of `proofload history export`; the lines before this one were imported.',
      },
    )
  let document: unknown
  try {
    document = JSON.parse(line)
  } catch (error) {
    throw wrong(messageOf(error))
  }
  const parsed = historyEntrySchema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw wrong(`${issue?.path.join('.')}: ${issue?.message}`)
}
