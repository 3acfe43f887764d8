import { type Clock, wallMsOf } from '../../base/clock.ts'
import { lookUp } from '../../base/names.ts'
import { parseJson } from '../../base/parse-json.ts'
import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import type { EventReader, Reading, StreamEvent, StreamInstants } from '../event-stream/protocol.ts'
import type { Failure } from '../failure.ts'
import type { Until } from './schema.ts'

/** The name of an event that states none. */
const UNNAMED = 'message'

/** Finds the time at which an event was made, ms since 1970; null when it does not say. */
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

/** The parts that the readers of a driver share. */
export interface SseTools {
  readonly clock: Clock
  /** Null when no event says when it was made. */
  readonly eventTime: FindEventTime | null
  /** Told once a subscription of events from the future: the clock of the server is ahead, and they have no age. */
  readonly onClockAhead: () => void
}

/** Counts and times the events of a subscription until it is complete. */
export class SubscriptionReader implements EventReader {
  readonly status = 0
  items = 0
  readonly #exchange: Exchange
  readonly #instants: StreamInstants
  readonly #until: Until
  readonly #tools: SseTools
  readonly #kept: StreamEvent[] = []
  #lastMs = 0
  #isClockAhead = false

  constructor(exchange: Exchange, instants: StreamInstants, until: Until, tools: SseTools) {
    this.#exchange = exchange
    this.#instants = instants
    this.#until = until
    this.#tools = tools
  }

  take(event: StreamEvent, nowMs: number): Reading {
    const exchange = this.#exchange
    if (this.items === 0) exchange.measure(MEASURES.first_event_time, nowMs - this.#instants.sentMs)
    else exchange.measure(MEASURES.event_gap, nowMs - this.#lastMs)
    exchange.measure(MEASURES.events, 1)
    this.items++
    this.#lastMs = nowMs
    if (this.#tools.eventTime !== null) this.#measureAge(this.#tools.eventTime(event.data), nowMs)
    if (exchange.keepAnswer) this.#kept.push(event)
    return this.#isFulfilledBy(event) ? 'enough' : 'open'
  }

  conclude(_instants: StreamInstants, isEnough: boolean): Failure | null {
    if (isEnough) return null
    const events = this.items === 1 ? '1 event' : `${this.items} events`
    return { kind: 'incomplete', text: `the stream ended after ${events}, before ${untilText(this.#until)}` }
  }

  document(): readonly StreamEvent[] {
    return this.#kept
  }

  #isFulfilledBy({ event = UNNAMED }: StreamEvent): boolean {
    const until = this.#until
    if ('events' in until) return this.items >= until.events
    return 'event' in until && event === until.event
  }

  /** An age below zero is another clock's error: it is reported, and never fixed. */
  #measureAge(madeMs: number | null, nowMs: number): void {
    if (madeMs === null) return
    const { clock } = this.#tools
    const ageMs = clock.wallMs() - (clock.nowMs() - nowMs) - madeMs
    if (ageMs >= 0) this.#exchange.measure(MEASURES.event_age, ageMs)
    else if (!this.#isClockAhead) {
      this.#isClockAhead = true
      this.#tools.onClockAhead()
    }
  }
}

function untilText(until: Until): string {
  if ('events' in until) return `the ${until.events} that were waited for`
  return 'event' in until ? `the event '${until.event}'` : `${until.for} had passed`
}
