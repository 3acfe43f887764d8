/** The effect of an INCONCLUSIVE verdict: on the exit status, and on whether the same run is worth another attempt. */
import type { RunRecord } from '../model/run-record.ts'
import type { InconclusivePolicy, Verdict, VerdictOutcome, VerdictReason } from '../model/verdict.ts'
import { VALIDITY_LIMITS } from './instrument-signs.ts'
import { reason } from './validity/rule.ts'

const ACCEPTED = 'INCONCLUSIVE_ACCEPTED'

/** Returns the caution by which every report says that nothing was shown; none where INCONCLUSIVE fails or was not reached. */
export function acceptanceNotes(
  { status }: Pick<RunRecord, 'status'>,
  outcome: VerdictOutcome,
  policy: InconclusivePolicy = 'fail',
): VerdictReason[] {
  // A run that somebody stopped was not asked to pass.
  const isWhole = status === 'complete' || status === 'aborted'
  if (policy === 'fail' || outcome !== 'INCONCLUSIVE' || !isWhole) return []
  return [
    reason(
      ACCEPTED,
      'INCONCLUSIVE: this run shows neither that the target is good nor that it is bad; it ends with exit status 0 because of --inconclusive warn',
      {},
      'warning',
    ),
  ]
}

/** Tests whether INCONCLUSIVE was accepted. */
export function isAccepted(cautions: readonly VerdictReason[]): boolean {
  return cautions.some(({ code }) => code === ACCEPTED)
}

/** Findings about the generator's machine at that time: the next attempt may be free of them. */
const GENERATOR_CODES: ReadonlySet<string> = new Set([
  'GENERATOR_STALLED',
  'GENERATOR_SATURATED',
  'GENERATOR_STARVED',
  'START_DELAY',
  'LOST_SHARD',
  'STUCK_SHARD',
  'DESCRIPTORS_EXHAUSTED',
  'PORTS_EXHAUSTED',
])

/** Tests whether a whole run came to nothing for the sake of its generator. */
export function isGeneratorsFault(
  { status }: Pick<RunRecord, 'status'>,
  { outcome, validity }: Pick<Verdict, 'outcome' | 'validity'>,
): boolean {
  return outcome === 'INCONCLUSIVE' && status === 'complete' && validity.reasons.some(isOfGenerator)
}

/** Tests whether a reason is the generator's doing, and not the target's. */
export function isOfGenerator({ code, evidence }: VerdictReason): boolean {
  if (GENERATOR_CODES.has(code)) return true
  const busyMax = evidence['utilizationMax']
  return code === 'PLAN_NOT_KEPT' && typeof busyMax === 'number' && busyMax > VALIDITY_LIMITS.busyUtilization
}
