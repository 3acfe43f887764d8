/** `{{variables}}` in the texts of a scenario. */
import { nameOfVariable, VARIABLE } from '../base/template.ts'

/** A variable and where it is used. */
export interface VariableUse {
  readonly variable: string
  readonly path: readonly PropertyKey[]
}

/** Finds every `{{variable}}` in the texts of a value, keys included. */
export function variablesIn(value: unknown, path: readonly PropertyKey[] = []): VariableUse[] {
  if (typeof value === 'string') {
    return [...value.matchAll(VARIABLE)].map(([, variable]) => ({
      variable: nameOfVariable(variable as string),
      path,
    }))
  }
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((entry, index) => variablesIn(entry, [...path, index]))
  return Object.entries(value).flatMap(([key, entry]) => [
    ...variablesIn(key, [...path, key]),
    ...variablesIn(entry, [...path, key]),
  ])
}
