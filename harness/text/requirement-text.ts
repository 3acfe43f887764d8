import type { RequirementEvent } from '../model/enforcement.ts'

/** Formats the loss of a requirement, or its return, for people. */
export function requirementText({ name, problem }: Pick<RequirementEvent, 'name' | 'problem'>): string {
  return problem === null ? `${name} is back` : `${name} is not there any more: ${problem}`
}
