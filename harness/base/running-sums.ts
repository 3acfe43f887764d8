/** Returns the rising sums of amounts. */
export function runningSums(amounts: readonly number[]): number[] {
  let total = 0
  return amounts.map((amount) => {
    total += amount
    return total
  })
}
