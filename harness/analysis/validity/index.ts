/**
 * May this run's numbers be believed? Each rule looks at the instrument, never at the target, and says which resource
 * ran out and what to do. A slow target is not an invalid measurement: when agents wait for it while the generator's
 * loop is idle, the delay is the target's doing and stays in the response time (ENGINE section 5).
 */
import type { VerdictReason } from '../../model/verdict.ts'
import type { RecordView } from '../record-view.ts'
import { gcPauses, latePart, lateStarts, saturated, stalled, starved } from './generator-rules.ts'
import { backedOff, dropped, dryFeeders, exhausted, planKept, poolWaits } from './load-rules.ts'
import {
  broken,
  clockStep,
  codeFailed,
  exhaustedSockets,
  interrupted,
  lostShards,
  namesTogether,
  noData,
  overflow,
  partial,
  unanswered,
} from './record-rules.ts'
import type { Rule } from './rule.ts'

/** The findings: reasons that make the measurement unreliable, and cautions. */
export interface Validity {
  readonly invalid: readonly VerdictReason[]
  readonly cautions: readonly VerdictReason[]
}

const INVALIDATING: readonly Rule[] = [
  interrupted,
  partial,
  noData,
  lostShards,
  broken,
  exhaustedSockets,
  planKept,
  stalled,
  backedOff,
  saturated,
  starved,
  lateStarts,
]
const CAUTIONING: readonly Rule[] = [
  unanswered,
  dropped,
  latePart,
  exhausted,
  poolWaits,
  gcPauses,
  clockStep,
  overflow,
  namesTogether,
  dryFeeders,
  codeFailed,
]

/** Applies every rule to a record. */
export function assessValidity(view: RecordView): Validity {
  const apply = (rules: readonly Rule[]) =>
    rules.map((rule) => rule(view)).filter((reason) => reason !== null)
  return { invalid: apply(INVALIDATING), cautions: apply(CAUTIONING) }
}
