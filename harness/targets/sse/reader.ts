import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import type { EventAge } from '../event-age.ts'
import type { EventReader, Reading, StreamEvent, StreamInstants } from '../event-stream/protocol.ts'
import type { Failure } from '../failure.ts'
import type { Until } from './schema.ts'

/** The name of an event that states none. */
const UNNAMED = 'message'

/** The parts that the readers of a driver share. */
export interface SseTools {
  /** Null when no event says when it was made. */
  readonly eventAge: EventAge | null
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
    this.#measureAge(event.data, nowMs)
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

  #measureAge(data: string, nowMs: number): void {
    const ageMs = this.#tools.eventAge?.of(data, nowMs) ?? null
    if (ageMs === null) return
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
