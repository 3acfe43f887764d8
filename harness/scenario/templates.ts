/** `{{variables}}` in the texts of a scenario. */

/** A variable and where it is used. */
export interface VariableUse {
  readonly variable: string
  readonly path: readonly PropertyKey[]
}

/** Every `{{variable}}` in the texts of a value. */
export function variablesIn(value: unknown, path: readonly PropertyKey[] = []): VariableUse[] {
  if (typeof value === 'string') {
    return [...value.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map(([, variable]) => ({
      variable: variable as string,
      path,
    }))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) =>
    variablesIn(entry, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}
