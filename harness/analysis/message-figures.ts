/** The messages of a target in figures: published = delivered + lost + in doubt, exactly. */
import { type MessageCounts, pendingOf } from '../model/message-counts.ts'
import type { MessagesSummary } from '../model/summary.ts'

/** Returns what became of the messages of a target by the end of the drain. */
export function messageFigures(counts: MessageCounts): Omit<MessagesSummary, 'mode' | 'subscribers'> {
  const { issued, refused, inDoubt, expired, delivered, duplicates, reordered, late, foreign, skewed } =
    counts
  const published = issued - refused
  const lost = pendingOf(counts) + expired
  return {
    published,
    delivered,
    lost,
    inDoubt,
    refused,
    duplicates,
    reordered,
    late,
    foreign,
    skewed,
    lossRatio: ratio(lost, published),
    duplicateRatio: ratio(duplicates, delivered),
    reorderRatio: ratio(reordered, delivered),
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
