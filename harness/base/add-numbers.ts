import { lookUp } from './names.ts'

/** Adds two records of numbers with the same keys, field by field. */
export function addNumbers<T extends object>(a: T, b: T): T {
  const left = a as Record<string, number>
  const right = b as Record<string, number>
  return Object.fromEntries(
    Object.keys(left).map((key) => [key, (lookUp(left, key) ?? 0) + (lookUp(right, key) ?? 0)]),
  ) as T
}

/** Sums amounts; null where one of them is not known. */
export function sumIfKnown(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0)
}

/** Sums tallies with any names. */
export function addTallies(tallies: Iterable<Readonly<Record<string, number>>>): Record<string, number> {
  const sums = new Map<string, number>()
  for (const tally of tallies) addTo(sums, tally)
  return Object.fromEntries(sums)
}

/** Adds a tally to sums by name. */
export function addTo(sums: Map<string, number>, tally: Readonly<Record<string, number>>): void {
  for (const [name, amount] of Object.entries(tally)) sums.set(name, (sums.get(name) ?? 0) + amount)
}
