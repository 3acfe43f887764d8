import { parseDurationMs } from '../../base/units.ts'
import type { Timeouts } from '../../model/plan.ts'
import type { DriverContext, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { CLOCK_AHEAD, EventAge } from '../event-age.ts'
import { httpConfigOf, idleMsOf } from '../event-stream/config.ts'
import { EventStreamDriver } from '../event-stream/driver.ts'
import type { EventProtocol, OpenedStream, StreamInstants, StreamRequest } from '../event-stream/protocol.ts'
import { httpPlugin } from '../http/index.ts'
import { SseClient } from './client.ts'
import { type SseTools, SubscriptionReader } from './reader.ts'
import type { SseConfig, SseRequest, Until } from './schema.ts'

/** A subscription, compiled. */
interface SseCall extends StreamRequest {
  readonly step: string
  readonly until: Until
  /** Null unless time decides. */
  readonly readForMs: number | null
}

const HEADERS = { accept: 'text/event-stream', 'cache-control': 'no-cache' }

/** Creates the driver of a shard. */
export async function createSseDriver(config: SseConfig, context: DriverContext): Promise<TargetDriver> {
  const http = await httpPlugin.createDriver(httpConfigOf(config, HEADERS), context)
  return new EventStreamDriver(
    { http, protocol: new SseProtocol(config, context, http), idleMs: idleMsOf(config) },
    context,
  )
}

class SseProtocol implements EventProtocol<SseCall> {
  readonly #http: TargetDriver
  readonly #context: DriverContext
  readonly #eventAge: SseTools['eventAge']

  constructor({ eventTime }: SseConfig, context: DriverContext, http: TargetDriver) {
    this.#http = http
    this.#context = context
    this.#eventAge = EventAge.at(eventTime, context.clock)
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): SseCall {
    const { subscribe, headers = {}, lastEventId, until } = request as SseRequest
    const resumed = lastEventId === undefined ? headers : { 'last-event-id': lastEventId, ...headers }
    return {
      http: this.#http.compile({ method: 'GET', path: subscribe, headers: resumed }, step),
      step,
      until,
      readForMs: 'for' in until ? parseDurationMs(until.for) : null,
    }
  }

  open(exchange: Exchange, instants: StreamInstants): OpenedStream {
    const { step, until, readForMs } = exchange.request as SseCall
    const { events } = this.#context
    const reader = new SubscriptionReader(exchange, instants, until, {
      eventAge: this.#eventAge,
      onClockAhead: () => events.fault(step, 'protocol', CLOCK_AHEAD),
    })
    const timeouts = readForMs === null ? exchange.timeouts : prolonged(exchange.timeouts, readForMs)
    return { reader, variables: exchange.variables, timeouts, readForMs }
  }

  createClient(perform: Perform): SseClient {
    return new SseClient(perform, (request, step) => this.compile(request, step))
  }

  endSession(): void {
    // A subscription is its own session.
  }
}

/** The time for the whole, which begins with connecting, does not cut short what is to last for a time. */
function prolonged(timeouts: Timeouts, readForMs: number): Timeouts {
  const { connectMs, firstByteMs, totalMs } = timeouts
  return { ...timeouts, totalMs: Math.max(totalMs, connectMs + firstByteMs + readForMs) }
}
