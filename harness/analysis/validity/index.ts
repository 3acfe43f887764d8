/**
 * May this run's numbers be believed? Each rule looks at the instrument, never at the target, and says which resource
 * ran out and what to do. A slow target is not an invalid measurement: when agents wait for it while the generator's
 * loop is idle, the delay is the target's doing and stays in the response time (ENGINE section 5).
 */
import type { VerdictReason } from '../../model/verdict.ts'
import type { RecordView } from '../record-view.ts'
import { browsersBusy, browsersStarved } from './browser-rules.ts'
import { pageCache } from './cache-rules.ts'
import { notAwaited, ownWaits, tooManyAtOnce } from './concurrency-rules.ts'
import { gcPauses, latePart, lateStarts, saturated, stalled, starved } from './generator-rules.ts'
import { iterationsLeft } from './iteration-rules.ts'
import { backedOff, dropped, dryFeeders, exhausted, planKept, poolWaits } from './load-rules.ts'
import { mocked } from './mock-rules.ts'
import { outputsFailed } from './output-rules.ts'
import {
  broken,
  clockStep,
  codeFailed,
  exhaustedSockets,
  interrupted,
  lostShards,
  namesTogether,
  noData,
  openEnded,
  overflow,
  partial,
  pluginHeld,
  pluginThrown,
  unanswered,
} from './record-rules.ts'
import { endedByRequirement, lostRequirements } from './requirement-rules.ts'
import type { Rule } from './rule.ts'
import { targetStalled } from './stall-rules.ts'
import { tokensBundled, tokensUncounted } from './token-rules.ts'
import {
  clockDrift,
  coordinatorReplaced,
  lostWorkers,
  overflowed,
  secondsLate,
  workerDisagrees,
  workersMissed,
} from './worker-rules.ts'

/** The findings: reasons that make the measurement unreliable, and cautions. */
export interface Validity {
  readonly invalid: readonly VerdictReason[]
  readonly cautions: readonly VerdictReason[]
}

const INVALIDATING: readonly Rule[] = [
  mocked,
  interrupted,
  partial,
  noData,
  lostWorkers,
  overflowed,
  lostShards,
  broken,
  exhaustedSockets,
  tooManyAtOnce,
  endedByRequirement,
  planKept,
  iterationsLeft,
  backedOff,
  browsersStarved,
]
/** About the generator's own time. */
const GENERATOR: readonly Rule[] = [stalled, saturated, starved, lateStarts]
const CAUTIONING: readonly Rule[] = [
  unanswered,
  openEnded,
  dropped,
  latePart,
  exhausted,
  targetStalled,
  poolWaits,
  ownWaits,
  notAwaited,
  gcPauses,
  clockStep,
  overflow,
  namesTogether,
  lostRequirements,
  outputsFailed,
  dryFeeders,
  codeFailed,
  pluginHeld,
  pluginThrown,
  tokensBundled,
  tokensUncounted,
  pageCache,
  browsersBusy,
  coordinatorReplaced,
  workersMissed,
  secondsLate,
  workerDisagrees,
  clockDrift,
]

/** Applies every rule to a record. */
export function assessValidity(view: RecordView): Validity {
  const apply = (rules: readonly Rule[]) =>
    rules.map((rule) => rule(view)).filter((reason) => reason !== null)
  // Code that sends without an end keeps the loop from anything else: that is one cause, and has been told.
  const generator = tooManyAtOnce(view) === null ? apply(GENERATOR) : []
  return { invalid: [...apply(INVALIDATING), ...generator], cautions: apply(CAUTIONING) }
}
