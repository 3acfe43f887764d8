import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { demandOf, type ObjectiveDemand } from '../../harness/model/demand.ts'
import type { ObjectivePlan } from '../../harness/model/objective-plan.ts'
import type { VerdictReason } from '../../harness/model/verdict.ts'

/** The objective that a text, or a text with settings, states. */
export function anObjective(input: unknown): ObjectivePlan {
  const { objectives, problems } = parseObjectives([input], 'objectives')
  const [objective] = objectives
  if (objective === undefined) throw new Error(JSON.stringify(problems))
  return objective
}

/** The demand of an objective, as it is carried about. */
export function aDemand(expect: string, changes: Partial<ObjectiveDemand> = {}): ObjectiveDemand {
  return { ...demandOf(anObjective(expect)), ...changes }
}

/** A demand all of whose texts come from a stranger. */
export function aHostileDemand(text: string): ObjectiveDemand {
  return aDemand('error_ratio < 1%', { id: text, name: text, expect: text, claim: text, unit: text })
}

/** A reason about the run as a whole. */
export function aReason(
  code: string,
  message: string,
  severity: VerdictReason['severity'] = 'major',
): VerdictReason {
  return { code, severity, message, about: null, detail: message, evidence: {} }
}
