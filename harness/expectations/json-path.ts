import { lookUp } from '../base/names.ts'
/** Returns the value at `a.b[0].c` in a JSON document, the whole for an empty path; undefined when any part is missing. */
export function valueAtPath(document: unknown, path: string): unknown {
  let value = document
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = lookUp(value as Record<string, unknown>, key)
  }
  return value
}
