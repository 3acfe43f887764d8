/** The entries of a run's journal: the identity of the run once, then every interval as it was merged, and the events of the monitor. */
import { join } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import type { IntervalResources } from '../measure/merge-interval.ts'
import { packCounts, unpackCounts } from '../measure/packed-counts.ts'
import {
  type ObjectiveEvent,
  objectiveEventSchema,
  type RequirementEvent,
  requirementEventSchema,
} from '../model/enforcement.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import { type ProcessIdentity, processIdentitySchema } from '../model/line.ts'
import { type RunIdentity, resourcesSchema, runIdentitySchema } from '../model/run-record.ts'
import { cellDeltaSchema, snapshotSchema } from '../model/snapshot-schema.ts'
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
  | { readonly kind: 'event'; readonly event: ObjectiveEvent }
  | { readonly kind: 'requirement'; readonly event: RequirementEvent }

const packedCounts = z.string().transform((packed, context) => {
  const counts = unpackCounts(packed)
  if (counts === null) context.addIssue('these are no packed counts')
  return counts ?? []
})

const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    startedAt: z.string(),
    identity: runIdentitySchema,
    process: processIdentitySchema,
  }),
  z.object({
    kind: z.literal('interval'),
    snapshots: z.array(
      snapshotSchema.extend({ cells: z.array(cellDeltaSchema.extend({ counts: packedCounts })) }),
    ),
    phase: z.string(),
    used: resourcesSchema,
  }),
  z.object({ kind: z.literal('event'), event: objectiveEventSchema }),
  z.object({ kind: z.literal('requirement'), event: requirementEventSchema }),
])

/** Converts an entry into its form on disk. */
export function packEntry(entry: RunJournalEntry): unknown {
  if (entry.kind !== 'interval') return entry
  const packedCells = ({ cells }: IntervalSnapshot) =>
    cells.map(({ counts, ...cell }) => ({ ...cell, counts: packCounts(counts) }))
  const snapshots = entry.snapshots.map((snapshot) => ({ ...snapshot, cells: packedCells(snapshot) }))
  return { ...entry, snapshots }
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
