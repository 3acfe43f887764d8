/** Decisions of people about activities, on the state store: they may come from another machine. */
import * as z from 'zod'
import type { StateStore } from '../../ports/state-store.ts'

const decisionSchema = z.object({
  activity: z.string(),
  decision: z.enum(['approved', 'rejected']),
  by: z.string(),
  /** ISO 8601 */
  at: z.string(),
  comment: z.string().nullable(),
})
export type ApprovalDecision = Readonly<z.infer<typeof decisionSchema>>

/** @throws HarnessError STATE_UNREACHABLE */
export function writeDecision(
  store: StateStore,
  qualificationId: string,
  decision: ApprovalDecision,
): Promise<void> {
  return store.append(keyOf(qualificationId), JSON.stringify(decision))
}

/** Oldest first; lines that others have added are passed over. @throws HarnessError STATE_UNREACHABLE */
export async function readDecisions(store: StateStore, qualificationId: string): Promise<ApprovalDecision[]> {
  const lines = await store.lines(keyOf(qualificationId))
  return lines.flatMap((line) => {
    try {
      return [decisionSchema.parse(JSON.parse(line))]
    } catch {
      return []
    }
  })
}

function keyOf(qualificationId: string): string {
  return `qualify.${qualificationId}`
}
