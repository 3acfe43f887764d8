import { lookUp } from './names.ts'

/** Field-wise sum of two records of numbers with the same keys. */
export function addNumbers<T extends object>(a: T, b: T): T {
  const left = a as Record<string, number>
  const right = b as Record<string, number>
  return Object.fromEntries(
    Object.keys(left).map((key) => [key, (lookUp(left, key) ?? 0) + (lookUp(right, key) ?? 0)]),
  ) as T
}

/** Sum of two tallies, whatever keys they have. */
export function addTallies(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums = new Map(Object.entries(a))
  for (const [key, amount] of Object.entries(b)) sums.set(key, (sums.get(key) ?? 0) + amount)
  return Object.fromEntries(sums)
}
