/** Splits items into groups of `each` neighbours; the last group may be smaller. */
export function inGroups<T>(items: readonly T[], each: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / each) }, (_, i) =>
    items.slice(i * each, (i + 1) * each),
  )
}
