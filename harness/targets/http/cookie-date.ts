/** Dates of cookies as RFC 6265 section 5.1.1 reads them: whatever their order and form, and always in UTC. */
import { isoOf, wallMsOf } from '../../base/clock.ts'

const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/
const DAY_OF_MONTH = /^(\d{1,2})(?:\D|$)/
const YEAR = /^(\d{2,4})(?:\D|$)/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** First year of the calendar that the algorithm knows. */
const YEAR_MIN = 1601

/** The parts of a date that were found so far. */
interface Parts {
  time?: readonly number[] | undefined
  day?: number | undefined
  month?: number | undefined
  year?: number | undefined
}

/** Parses a date of a cookie into calendar time, ms; NaN for a text that is none. */
export function parseCookieDate(text: string): number {
  const parts: Parts = {}
  for (const token of text.split(DELIMITERS)) readToken(parts, token)
  const { time, day, month, year } = parts
  if (time === undefined || day === undefined || month === undefined || year === undefined) return Number.NaN
  const [hour = 0, minute = 0, second = 0] = time
  if (year < YEAR_MIN || hour > 23 || minute > 59 || second > 59) return Number.NaN
  const date = `${pad(year, 4)}-${pad(month + 1)}-${pad(day)}`
  const atMs = wallMsOf(`${date}T${pad(hour)}:${pad(minute)}:${pad(second)}Z`)
  // A day that its month does not have would have moved on to the next.
  return !Number.isNaN(atMs) && isoOf(atMs).startsWith(date) ? atMs : Number.NaN
}

/** Takes a token for the first part that it fits and that is not found yet. */
function readToken(parts: Parts, token: string): void {
  if (parts.time === undefined && TIME.test(token)) parts.time = numbersOf(TIME, token)
  else if (parts.day === undefined && DAY_OF_MONTH.test(token))
    parts.day = numbersOf(DAY_OF_MONTH, token)?.[0]
  else if (parts.month === undefined && monthOf(token) !== -1) parts.month = monthOf(token)
  else parts.year ??= yearOf(token)
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0')
}

function numbersOf(pattern: RegExp, token: string): number[] | undefined {
  return pattern.exec(token)?.slice(1).map(Number)
}

function monthOf(token: string): number {
  return MONTHS.indexOf(token.slice(0, 3).toLowerCase())
}

/** The year of a token; two digits are of 1970 to 2069. */
function yearOf(token: string): number | undefined {
  const digits = YEAR.exec(token)?.[1]
  if (digits === undefined) return undefined
  const year = Number(digits)
  if (year >= 70 && year <= 99) return year + 1900
  return year <= 69 ? year + 2000 : year
}
