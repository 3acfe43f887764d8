/** Braces that begin a variable, but not one of those that `secret('NAME')` leaves. */
const BRACES = /\{\{(?!secret\.)/g

/** Returns a request of code in which braces mean nothing, as a step would have to write it. */
export function literalText<T>(request: T): T {
  const escaped = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replace(BRACES, '\\{{')
    if (Array.isArray(part)) return part.map(escaped)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, escaped(value)]))
  }
  return escaped(request) as T
}
