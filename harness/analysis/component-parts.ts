/** Components as parts of the time that a target took. */

/** The entry under which servers report the whole of an answer. */
const TOTAL = 'total'

/** Leaves out `total` where it covers the sum of the others: it took their time, and says nothing of where it went. */
export function partsOf(components: readonly string[], sumOf: (component: string) => number): string[] {
  const parts = components.filter((component) => component.toLowerCase() !== TOTAL)
  const sum = (of: readonly string[]) => of.reduce((all, each) => all + sumOf(each), 0)
  const covers = parts.length > 0 && sum(components) - sum(parts) >= sum(parts)
  return covers ? parts : [...components]
}
