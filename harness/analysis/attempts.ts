/** The attempts at a run, as its verdict names them. */
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict, VerdictReason } from '../model/verdict.ts'
import { reason } from './validity/rule.ts'

/** Returns every attempt, oldest first; the last is the run itself. */
export function attemptsOf(
  { runId, earlierAttempts }: Pick<RunRecord, 'runId' | 'earlierAttempts'>,
  outcome: Verdict['outcome'],
  reasons: readonly VerdictReason[],
): Verdict['attempts'] {
  return [
    ...earlierAttempts.map((attempt) => ({ ...attempt, outcome: 'INCONCLUSIVE' as const })),
    { runId, outcome, reason: reasons[0]?.message ?? null },
  ]
}

/** Returns the caution that names the earlier attempts; none of a first attempt. */
export function attemptNotes({ earlierAttempts }: Pick<RunRecord, 'earlierAttempts'>): VerdictReason[] {
  if (earlierAttempts.length === 0) return []
  const before = earlierAttempts.map(({ runId, reason: why }) => `${runId} was INCONCLUSIVE: ${why}`)
  return [
    reason(
      'EARLIER_ATTEMPTS',
      `attempt ${earlierAttempts.length + 1} of this run; before it, ${before.join('; ')}`,
      { attempts: earlierAttempts },
      'info',
    ),
  ]
}
