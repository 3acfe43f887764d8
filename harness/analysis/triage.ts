/** The result of the runs of a triage. */
import { formatRatio } from '../base/units.ts'
import type { RollbackRecord } from '../model/rollback.ts'
import type { TriagedRun, TriageOutcome } from '../model/triage.ts'

/** NO-GO / (GO + NO-GO); null when no repeat could be believed. */
export function reproducedRatio(repeats: readonly TriagedRun[]): number | null {
  const believed = repeats.filter(({ outcome }) => outcome !== 'INCONCLUSIVE')
  if (believed.length === 0) return null
  return believed.filter(({ outcome }) => outcome === 'NO_GO').length / believed.length
}

export interface TriageFindings {
  /** The result of `reproducedRatio`. */
  readonly ratio: number | null
  readonly ratioMin: number
  readonly rollback: RollbackRecord | null
  readonly gate: TriagedRun | null
}

/** In one word and one sentence. */
export function triageOutcome({ ratio, ratioMin, rollback, gate }: TriageFindings): {
  readonly outcome: TriageOutcome
  readonly message: string
} {
  if (ratio === null)
    return { outcome: 'flaky', message: 'no repeat was a valid measurement: fix the measurement first' }
  if (ratio === 0)
    return { outcome: 'not-reproduced', message: 'no repeat was NO-GO: the breach was not reproduced' }
  const share = `${formatRatio(ratio)} of the valid repeats were NO-GO`
  if (ratio < ratioMin)
    return {
      outcome: 'flaky',
      message: `${share}, fewer than the ${formatRatio(ratioMin)} that call for a rollback`,
    }
  if (rollback === null) return { outcome: 'reproduced', message: `${share}; nothing asks for a rollback` }
  if (rollback.outcome === 'succeeded' && gate?.outcome === 'GO')
    return { outcome: 'recovered', message: `${share}; ${rollback.message}; the gate says GO` }
  if (gate === null && rollback.outcome !== 'failed')
    return { outcome: 'reproduced', message: `${share}; ${rollback.message}` }
  const after = gate === null ? '' : `; the gate says ${gate.outcome}: ${gate.reason ?? ''}`
  return { outcome: 'unsettled', message: `${share}; ${rollback.message}${after}` }
}
