/** A run as its journal tells it: everything but the interval that was under way when its process was killed. */
import { isoOf, wallMsOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { SnapshotMerger } from '../../cluster/merge-snapshots.ts'
import type { ObjectiveEvent, RequirementEvent } from '../../model/enforcement.ts'
import type { ProcessIdentity } from '../../model/line.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { invalidJournal, type RunJournalEntry, walkRunJournal } from '../../store/run-journal.ts'
import { isAlive, isOfThisHost } from '../../system/process-identity.ts'
import { measuredOf } from './record-parts.ts'

/**
 * Makes the record from the journal in a run's folder; a journal may be larger than what fits into memory.
 * @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID, USAGE for the journal of a run that goes on
 */
export async function recordOf(path: string): Promise<RunRecord> {
  const journalled = new JournalledRun(path)
  const lostLines = await walkRunJournal(path, (entry) => journalled.add(entry))
  return journalled.record(lostLines)
}

class JournalledRun {
  readonly #path: string
  readonly #merger = new SnapshotMerger()
  readonly #events: ObjectiveEvent[] = []
  readonly #requirements: RequirementEvent[] = []
  #start: Extract<RunJournalEntry, { kind: 'start' }> | null = null
  #intervalCount = 0
  #loadMs = 0
  #cpuS = 0
  #maxRssBytes = 0

  constructor(path: string) {
    this.#path = path
  }

  /** @throws HarnessError JOURNAL_INVALID, USAGE for the journal of a run that goes on */
  add(entry: RunJournalEntry): void {
    if (this.#start === null) {
      if (entry.kind !== 'start') throw invalidJournal(this.#path, NO_START)
      requireEnded(this.#path, entry.process)
      this.#start = entry
    } else if (entry.kind === 'event') this.#events.push(entry.event)
    else if (entry.kind === 'requirement') this.#requirements.push(entry.event)
    else if (entry.kind === 'late') this.#merger.addLate(entry.snapshot, entry.phase)
    else if (entry.kind === 'interval') this.#addInterval(entry)
    else throw invalidJournal(this.#path, 'it has more than one start')
  }

  #addInterval({ snapshots, phase, used }: Extract<RunJournalEntry, { kind: 'interval' }>): void {
    const { startMs, endMs } = this.#merger.add(snapshots, phase, used)
    this.#intervalCount++
    this.#loadMs = endMs
    this.#cpuS += (used.generator.cpuCores * (endMs - startMs)) / 1000
    this.#maxRssBytes = Math.max(this.#maxRssBytes, used.generator.rssBytes)
  }

  #enforcement(): RunRecord['enforcement'] {
    const events = this.#events
    const requirements = this.#requirements
    if (events.length + requirements.length === 0) return null
    return { events, requirements, stop: null, alerts: null }
  }

  /** @throws HarnessError JOURNAL_INVALID */
  record(lostLines: number): RunRecord {
    const loadMs = this.#loadMs
    if (this.#start === null) throw invalidJournal(this.#path, NO_START)
    const { identity, startedAt } = this.#start
    return {
      ...identity,
      status: 'partial',
      startedAt,
      finishedAt: isoOf(wallMsOf(startedAt) + loadMs),
      loadMs,
      ...measuredOf(this.#merger, identity.plan, loadMs),
      shards: Array.from({ length: identity.threads }, (_, shard) => ({
        shard,
        status: 'lost',
        message: 'the process was killed',
      })),
      generator: { cpuS: this.#cpuS, maxRssBytes: this.#maxRssBytes },
      hosts: [],
      takeovers: [],
      enforcement: this.#enforcement(),
      notes: [
        `recovered from the journal: ${this.#intervalCount} intervals; the last, unfinished one is lost`,
        ...(lostLines > 0 ? [`${lostLines} lines at the end of the journal were torn or damaged`] : []),
      ],
      earlierAttempts: [],
      builds: null,
      rollback: null,
      visuals: [],
    }
  }
}

/** Whoever recovers a run that goes on takes its journal away. @throws HarnessError USAGE */
function requireEnded(path: string, process: ProcessIdentity): void {
  if (!isOfThisHost(process) || !isAlive(process)) return
  throw new HarnessError('USAGE', `the run of ${path} is still going on: its process ${process.pid} lives`, {
    hint: 'Wait for its end, or end it with ctrl-C: it writes its record itself.',
  })
}

const NO_START = 'it does not begin with the start of a run'
