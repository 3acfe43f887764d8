/** Snapshots as text: in journals and between hosts. */
import * as z from 'zod'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import { cellDeltaSchema, snapshotSchema } from '../model/snapshot-schema.ts'
import { packCounts, unpackCounts } from './packed-counts.ts'

const packedCounts = z.string().transform((packed, context) => {
  const counts = unpackCounts(packed)
  if (counts === null) context.addIssue('these are no packed counts')
  return counts ?? []
})

/** Parses a packed snapshot. */
export const packedSnapshotSchema = snapshotSchema.extend({
  cells: z.array(cellDeltaSchema.extend({ counts: packedCounts })),
})

/** Packs the counts of a snapshot. */
export function packSnapshot(snapshot: IntervalSnapshot) {
  return {
    ...snapshot,
    cells: snapshot.cells.map(({ counts, ...cell }) => ({ ...cell, counts: packCounts(counts) })),
  }
}
