/** A run whose process was killed: its journal becomes a record of everything but the interval that was under way. */
import { join, resolve } from 'node:path'
import { judge } from '../analysis/judge.ts'
import { isoOf, wallMsOf } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { exists } from '../base/files.ts'
import { SnapshotMerger } from '../cluster/merge-snapshots.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import { type RunRecord, runRecordSchema } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { JOURNAL_FILE, type ReadJournal, readJournal } from '../store/journal.ts'
import { openRunFolder, RECORD_FILE } from '../store/run-folder.ts'
import type { JournalEntry } from './execute.ts'
import { measuredOf } from './measured.ts'
import { publishRun } from './publish.ts'
import { DEFAULT_REPORTS } from './reports.ts'

export interface RecoveredRun {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** What could not be written, for people. */
  readonly failures: readonly string[]
}

/**
 * Rebuilds, judges and publishes a run. Never GO: the load was not the planned one.
 * @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID, USAGE when the run has a record already
 */
export async function recoverRun(run: string, cwd: string): Promise<RecoveredRun> {
  const path = resolve(cwd, run)
  const journal = await readJournal(join(path, JOURNAL_FILE))
  if (await exists(join(path, RECORD_FILE))) {
    throw new HarnessError('USAGE', `${path} has a record already: the run was not killed`, {
      hint: `See it with: proofload judge ${run}`,
    })
  }
  const record = recordOf(journal, path)
  const folder = openRunFolder(path)
  const verdictOf = (files: Record<string, string>) => judge(record, { strict: false, files })
  const { verdict, failures } = await publishRun(record, verdictOf, {
    folder,
    mask: (text) => text,
    reports: DEFAULT_REPORTS,
  })
  folder.close()
  return { record, verdict, failures }
}

/** @throws HarnessError JOURNAL_INVALID */
export function recordOf({ entries, lostLines }: ReadJournal, path: string): RunRecord {
  const [start, ...rest] = entries as readonly JournalEntry[]
  if (start?.kind !== 'start') throw invalid(path, 'it does not begin with the start of a run')
  const merger = new SnapshotMerger()
  let cpuS = 0
  let maxRssBytes = 0
  const events: ObjectiveEvent[] = []
  for (const entry of rest) {
    if (entry.kind === 'event') {
      events.push(entry.event)
      continue
    }
    if (entry.kind !== 'interval') throw invalid(path, 'it holds something else than intervals')
    const { startMs, endMs } = merger.add(entry.snapshots, entry.phase, entry.used)
    cpuS += (entry.used.generator.cpuCores * (endMs - startMs)) / 1000
    maxRssBytes = Math.max(maxRssBytes, entry.used.generator.rssBytes)
  }
  const loadMs = merger.mergedIntervals().at(-1)?.endMs ?? 0
  const { identity, startedAt } = start
  const parsed = runRecordSchema.safeParse({
    ...identity,
    status: 'partial',
    startedAt,
    finishedAt: isoOf(wallMsOf(startedAt) + loadMs),
    loadMs,
    ...measuredOf(merger, identity.plan, loadMs),
    shards: Array.from({ length: identity.threads }, (_, shard) => ({
      shard,
      status: 'lost',
      message: 'the process was killed',
    })),
    generator: { cpuS, maxRssBytes },
    enforcement: events.length === 0 ? null : { events, stop: null, alerts: null },
    notes: [
      `recovered from the journal: ${rest.length - events.length} intervals; the one under way is lost`,
      ...(lostLines > 0 ? [`${lostLines} lines at the end of the journal were torn or damaged`] : []),
    ],
  })
  if (parsed.success) return parsed.data
  throw invalid(path, parsed.error.issues[0]?.message ?? 'it is of another version')
}

function invalid(path: string, why: string): HarnessError {
  return new HarnessError('JOURNAL_INVALID', `the journal of ${path} cannot be used: ${why}`, {
    hint: 'It was written by another version, or damaged at its beginning; run the scenario again.',
  })
}
