/** Time zones as the system's own tables know them, summer time and all. */
const HOUR_MS = 3_600_000

/** Tests for an IANA name such as `Europe/Berlin`. */
export function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    // An unknown zone is exactly what is asked about.
    return false
  }
}

/** Returns the hours that a zone is ahead of UTC at an instant, ms since 1970. */
export function offsetHours(timeZone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(atMs)
  const match = /GMT([+-])(\d+):(\d+)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '')
  if (match === null) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) + Number(match[3]) / 60)
}

/** Returns the instant of noon in a zone, ms since 1970. @param dateMs UTC midnight of the date */
export function noonOf(timeZone: string, dateMs: number): number {
  const noonMs = dateMs + 12 * HOUR_MS
  // Nowhere are clocks changed between these two instants: it is done at night.
  return noonMs - offsetHours(timeZone, noonMs - offsetHours(timeZone, noonMs) * HOUR_MS) * HOUR_MS
}
