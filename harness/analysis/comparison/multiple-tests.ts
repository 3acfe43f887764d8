/** Many tests at once: what their p values are worth together. */

/** p values adjusted by Holm (1979), in the order given: the family-wise error is held without independence. */
export function holm(p: readonly number[]): number[] {
  const rising = order(p)
  const adjusted = new Array<number>(p.length)
  let worst = 0
  rising.forEach((index, rank) => {
    worst = Math.max(worst, Math.min(1, (p.length - rank) * (p[index] as number)))
    adjusted[index] = worst
  })
  return adjusted
}

/** p values adjusted by Benjamini and Hochberg (1995): for ranking what to look at, never for a verdict. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const rising = order(p)
  const adjusted = new Array<number>(p.length)
  let best = 1
  for (let rank = p.length - 1; rank >= 0; rank--) {
    const index = rising[rank] as number
    best = Math.min(best, (p.length * (p[index] as number)) / (rank + 1))
    adjusted[index] = best
  }
  return adjusted
}

/** Indices by rising value. */
function order(p: readonly number[]): number[] {
  return p.map((_, index) => index).sort((a, b) => (p[a] as number) - (p[b] as number))
}
