/** The age of what a server pushed, where its data says when it was made: by the clock of the server, which is another. */
import * as z from 'zod'
import { type Clock, wallMsOf } from '../base/clock.ts'
import { lookUp } from '../base/names.ts'
import { parseJson } from '../base/parse-json.ts'

/** The setting that says where the time is. */
export const eventTimeSchema = z
  .string()
  .regex(/^json:./, 'json: and a path, for example json:at')
  .optional()

/** The fault of something that was made after it came. */
export const CLOCK_AHEAD = 'an event was made after it came: the clock of the server is ahead'

/** Finds the time at which something was made, ms since 1970; null when it does not say. */
export type FindEventTime = (data: string) => number | null

/** Finds the time in JSON data. @param path `a.b` */
export function eventTimeAt(path: string): FindEventTime {
  const keys = path.split('.')
  return (data) => {
    try {
      const value = keys.reduce<unknown>(
        (part, key) =>
          typeof part === 'object' && part !== null
            ? lookUp(part as Record<string, unknown>, key)
            : undefined,
        parseJson(data),
      )
      const wallMs = typeof value === 'string' ? wallMsOf(value) : value
      return typeof wallMs === 'number' && Number.isFinite(wallMs) ? wallMs : null
    } catch {
      // Not JSON: it says nothing.
      return null
    }
  }
}

/** Tells ages by the time that data holds. */
export class EventAge {
  readonly #clock: Clock
  readonly #find: FindEventTime

  private constructor(find: FindEventTime, clock: Clock) {
    this.#find = find
    this.#clock = clock
  }

  /** @param place `json:at` @returns null where nothing says when it was made */
  static at(place: string | undefined, clock: Clock): EventAge | null {
    return place === undefined ? null : new EventAge(eventTimeAt(place.slice('json:'.length)), clock)
  }

  /**
   * Returns the age, ms, of what arrived at an instant; null when it does not say. Below zero it is the error of a clock, which is
   * reported and never fixed.
   */
  of(data: string, arrivedMs: number): number | null {
    const madeMs = this.#find(data)
    if (madeMs === null) return null
    return this.#clock.wallMs() - (this.#clock.nowMs() - arrivedMs) - madeMs
  }
}
