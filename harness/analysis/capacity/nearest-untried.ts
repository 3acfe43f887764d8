/** Returns the whole number nearest to another, within a range, that was not tried yet; null when there is none. */
export function nearestUntried(
  around: number,
  { good, bad }: { readonly good: number; readonly bad: number },
  tried: ReadonlySet<number>,
): number | null {
  for (let distance = 0; distance <= bad; distance++)
    for (const candidate of [around - distance, around + distance])
      if (candidate >= good && candidate <= bad && !tried.has(candidate)) return candidate
  return null
}
