/** The first lines about a run: its plan, the advice of its preflight, and what its plan cannot show. */
import { longWaitNotes } from '../../analysis/long-waits.ts'
import { provabilityOf } from '../../analysis/provability.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { demandText } from '../../text/demand-text.ts'
import { joiningText } from '../../text/joining-text.ts'
import type { RunContext } from './context.ts'
import type { PreparedLoad } from './launch-targets.ts'
import { threadNotes } from './threads.ts'

/** Tells whoever watches that load is about to begin. @throws HarnessError SECRET_MISSING */
export function announce(
  { runId, correlationId, progress }: RunContext,
  { plan, threads, threadsAsked, runSecrets }: PreparedLoad,
  findings: readonly PreflightFinding[],
): void {
  progress.onBegin({ runId, correlationId }, runSecrets.values())
  progress.onPrepared(plan, threads, findings)
  const joining = joiningText(plan)
  const notes = [
    ...threadNotes(plan, threadsAsked),
    ...(joining === null ? [] : [joining]),
    ...unprovable(plan),
    ...longWaitNotes(plan),
  ]
  for (const note of notes) progress.onNote(note)
}

/** Objectives that this run cannot prove, however well it goes. */
function unprovable(plan: RunPlan): string[] {
  return provabilityOf(plan).flatMap(({ planned, plannedMost, atLeast, ...demand }) =>
    plannedMost === null || plannedMost >= atLeast
      ? []
      : [
          `${demandText(demand)} cannot be proven by ${planned ?? `at most ${plannedMost}`} requests: at least ${atLeast} are needed (proofload plan-samples)`,
        ],
  )
}
