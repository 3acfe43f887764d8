/** The part of a plan that is asked for, and names on the command line that name nothing. */
import { HarnessError } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import type { QualificationWish } from '../../model/qualification-journal.ts'
import type { QualificationPlan } from '../../model/qualification-plan.ts'

export interface WishRequest {
  /** Names of activities; null: all. */
  readonly only: readonly string[] | null
  /** Name of the first stage that is asked for; null: all. */
  readonly from: string | null
  readonly strict: boolean
  readonly noMocks: boolean
}

/** @throws HarnessError USAGE for unknown names */
export function wishOf(plan: QualificationPlan, request: WishRequest): QualificationWish {
  const { only, from, strict, noMocks } = request
  if (only !== null) {
    requireActivities(plan, only)
    return { strict, noMocks, only: [...only], partial: `--only ${only.join(',')}` }
  }
  if (from === null) return { strict, noMocks, only: null, partial: null }
  const stages = plan.stages.map(({ name }) => name)
  requireKnown('stage', [from], stages)
  const asked = new Set([from])
  for (let size = 0; size < asked.size; ) {
    size = asked.size
    for (const { name, needs } of plan.stages) if (needs.some((need) => asked.has(need))) asked.add(name)
  }
  const names = plan.activities.filter(({ stage }) => asked.has(stage)).map(({ name }) => name)
  return { strict, noMocks, only: names, partial: `--from ${from}` }
}

/** @throws HarnessError USAGE */
export function requireActivities(plan: QualificationPlan, names: readonly string[]): void {
  const known = plan.activities.map(({ name }) => name)
  requireKnown('activity', names, known)
}

function requireKnown(kind: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  throw new HarnessError('USAGE', `there is no ${kind} '${unknown}' in the plan`, {
    hint: nearest === undefined ? `It has: ${known.join(', ')}.` : `Did you mean '${nearest}'?`,
  })
}
