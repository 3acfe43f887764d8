/** Long enough that whoever masks the text sees any secret whole that it shows the begin of. */
const CHARS_MAX = 600

/** Returns what an expectation found in place of what it expected, as JSON, cut. */
export function foundText(found: unknown): string {
  if (typeof found === 'string') return JSON.stringify(found.slice(0, CHARS_MAX))
  return JSON.stringify(found)?.slice(0, CHARS_MAX) ?? 'missing'
}
