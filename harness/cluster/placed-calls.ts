/** Calls in the templates of a plan, each with a label for its place: two places draw for themselves. */
import type { Clock } from '../base/clock.ts'
import { keyOf } from '../base/random.ts'
import { nameOfVariable, VARIABLE } from '../base/template.ts'
import { counterOf, isCall, placedCall } from '../base/template-call.ts'
import { TemplateCalls } from '../engine/template-calls.ts'
import type { RunPlan } from '../model/plan.ts'

/** The parts of a plan in which templates stand. */
export type TemplateParts = Pick<RunPlan, 'journeys' | 'login' | 'targets' | 'feeders'>

/** Labels every call in the texts of a value, keys included. @param place the same on every thread */
export function withPlacedCalls<T>(value: T, place: string): T {
  const prefix = keyOf(place).toString(36)
  let count = 0
  const placed = (text: string): string =>
    text.replace(VARIABLE, (whole, inner: string) =>
      isCall(nameOfVariable(inner)) ? `{{${placedCall(inner, `@${prefix}.${count++}`)}}}` : whole,
    )
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return part.includes('{{') ? placed(part) : part
    if (Array.isArray(part)) return part.map(visit)
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part
    return Object.fromEntries(Object.entries(part).map(([key, entry]) => [placed(key), visit(entry)]))
  }
  return (holdsVariable(value) ? visit(value) : value) as T
}

/** Returns the names of the counters of a plan, sorted; null when its templates call nothing. */
export function countersOf({ journeys, login, targets, feeders }: TemplateParts): readonly string[] | null {
  const names = new Set<string>()
  let calls = false
  for (const [, inner] of JSON.stringify([journeys, login, targets, feeders]).matchAll(VARIABLE)) {
    const name = nameOfVariable(inner as string)
    calls ||= isCall(name)
    const counter = counterOf(name)
    if (counter !== null) names.add(counter)
  }
  return calls ? [...names].sort() : null
}

/** Creates the calls of a plan; null when its templates call nothing. @param counted numbers of the counters. Default: nobody else's. */
export function createCalls(
  plan: TemplateParts & Pick<RunPlan, 'seed'>,
  clock: Clock,
  counted?: Uint32Array,
): TemplateCalls | null {
  const counters = countersOf(plan)
  if (counters === null) return null
  const { seed } = plan
  return new TemplateCalls({ seed, clock, counters, counted: counted ?? new Uint32Array(counters.length) })
}

function holdsVariable(value: unknown): boolean {
  return JSON.stringify(value)?.includes('{{') ?? false
}
