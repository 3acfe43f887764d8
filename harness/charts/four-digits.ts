/** Rounds to four significant digits: no chart shows more, and documents stay small. */
export function fourDigits(value: number): number {
  return Number(value.toPrecision(4))
}
