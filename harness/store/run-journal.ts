/** The entries of a run's journal: the identity of the run once, then every interval as it was merged, and the events of the monitor. */
import { join } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import type { IntervalResources } from '../measure/merge-interval.ts'
import { packedSnapshotSchema, packSnapshot } from '../measure/packed-snapshot.ts'
import {
  type ObjectiveEvent,
  objectiveEventSchema,
  type RequirementEvent,
  requirementEventSchema,
} from '../model/enforcement.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import { type ProcessIdentity, processIdentitySchema } from '../model/line.ts'
import { resourcesSchema } from '../model/record-interval.ts'
import { type RunIdentity, runIdentitySchema } from '../model/run-record.ts'
import { JOURNAL_FILE, walkJournal } from './journal.ts'

export type RunJournalEntry =
  | {
      readonly kind: 'start'
      readonly startedAt: string
      readonly identity: RunIdentity
      /** The process that runs it. */
      readonly process: ProcessIdentity
    }
  | {
      readonly kind: 'interval'
      readonly snapshots: readonly IntervalSnapshot[]
      readonly phase: string
      readonly used: IntervalResources
    }
  /** Counts that came after their interval. */
  | { readonly kind: 'late'; readonly snapshot: IntervalSnapshot; readonly phase: string }
  | { readonly kind: 'event'; readonly event: ObjectiveEvent }
  | { readonly kind: 'requirement'; readonly event: RequirementEvent }

const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    startedAt: z.string(),
    identity: runIdentitySchema,
    process: processIdentitySchema,
  }),
  z.object({
    kind: z.literal('interval'),
    snapshots: z.array(packedSnapshotSchema),
    phase: z.string(),
    used: resourcesSchema,
  }),
  z.object({ kind: z.literal('late'), snapshot: packedSnapshotSchema, phase: z.string() }),
  z.object({ kind: z.literal('event'), event: objectiveEventSchema }),
  z.object({ kind: z.literal('requirement'), event: requirementEventSchema }),
])

/** Converts an entry into its form on disk. */
export function packEntry(entry: RunJournalEntry): unknown {
  if (entry.kind === 'late') return { ...entry, snapshot: packSnapshot(entry.snapshot) }
  if (entry.kind !== 'interval') return entry
  return { ...entry, snapshots: entry.snapshots.map(packSnapshot) }
}

/**
 * Goes through the journal in a run's folder entry by entry, holding one at a time; resolves to the number of lines that
 * are torn or damaged, and those behind them.
 * @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID
 */
export function walkRunJournal(folder: string, onEntry: (entry: RunJournalEntry) => void): Promise<number> {
  let number = 0
  return walkJournal(join(folder, JOURNAL_FILE), (stored) => {
    number++
    const { success, data, error } = entrySchema.safeParse(stored)
    if (!success) throw invalidJournal(folder, `entry ${number}: ${z.prettifyError(error)}`)
    onEntry(data)
  })
}

/** Makes the error of a journal that cannot be used. */
export function invalidJournal(folder: string, why: string): HarnessError {
  return new HarnessError('JOURNAL_INVALID', `the journal of ${folder} cannot be used: ${why}`, {
    hint: 'It was written by another version, or damaged at its beginning; run the scenario again.',
  })
}
