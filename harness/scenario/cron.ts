/** Instants of cron expressions in a time zone, summer time included: the reading of both is a library's. */
import { Cron } from 'croner'
import { isoOf } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'

/** Returns the first instant after another one, milliseconds since 1970; null when there is none any more. */
export function nextInstantMs(cron: string, timeZone: string, afterMs: number): number | null {
  return open(cron, timeZone).nextRun(isoOf(afterMs))?.getTime() ?? null
}

/** Returns why an expression cannot be read; null when it can. */
export function cronProblem(cron: string, timeZone = 'UTC'): string | null {
  try {
    open(cron, timeZone)
    return null
  } catch (error) {
    return messageOf(error)
  }
}

/** Five fields: seconds are not for loads, and nobody writes them by intention. */
function open(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, paused: true, mode: '5-part' })
}
