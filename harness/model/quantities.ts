/** The quantities of records and their bounds: a number beyond them was not measured, and no verdict is built on it. */
import * as z from 'zod'

/** Longer than any run; where calendars are meant, longer than since 1970. */
const DURATION_MS_MAX = 1e13
/** More than any sum of times, bytes or figures; JavaScript writes larger numbers with an exponent. */
export const FIGURE_MAX = 1e21

/** A number of things. */
export const count = z.int().nonnegative()
/** A length of time, ms. */
export const durationMs = z.number().nonnegative().max(DURATION_MS_MAX)
/** An instant, ms since run start; what was to begin before it is below 0. */
export const instantMs = z.number().min(-DURATION_MS_MAX).max(DURATION_MS_MAX)
/** A share, or cores; more than one of them at most by how they are measured. */
export const ratio = z.number().nonnegative().max(1e6)
/** Bytes, or another amount that is not counted one by one. */
export const amount = z.number().nonnegative().max(FIGURE_MAX)
