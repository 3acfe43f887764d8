/**
 * The contract of a target: whatever answers. A plugin validates configuration and requests, may launch a process for
 * the run, and makes one driver per shard. The driver performs exchanges and never throws for what a server does.
 */
import type { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Timeouts } from '../model/step-plan.ts'

/** Looks a `{{variable}}` up; undefined when it is not set. */
export type VariableLookup = (name: string) => string | undefined

/**
 * One request in flight. The engine owns it, pools it, and lends it to the driver between `start` and `settle`.
 * Instants are `Clock.nowMs()` of the shard's thread; 0 = not reached.
 */
export interface Exchange {
  /** Slot of the agent in its shard: the key of its connection and cookies. */
  readonly agent: number
  /** What `compile` returned. */
  readonly request: unknown
  readonly variables: VariableLookup
  readonly timeouts: Timeouts
  /** When true the driver keeps headers and body for judgement, extraction or code; otherwise it only counts bytes. */
  readonly keepAnswer: boolean

  /** First byte handed to the socket. */
  sentMs: number
  firstByteMs: number
  /** Last byte or failure seen. */
  doneMs: number
  /** Number of its trace (`Tracing.issued`); 0 = it carried none of ours. */
  traceNumber: number
  status: number
  bytesSent: number
  bytesReceived: number
  /** Index into ERROR_KINDS; 0 = answered. `status` and `expectation` are judged by the engine, not the driver. */
  errorKind: number
  /** Detail of the failure, for people; '' when answered. */
  errorText: string
  header: ((name: string) => string | undefined) | null
  body: Buffer | null

  /** One component time as the server reported it (`Server-Timing`). */
  addComponent(name: string, durationMs: number): void
  /** Ends the exchange: exactly once per `start`, never from inside `start`; the driver forgets the exchange before it calls. */
  settle(): void
}

/** A JSON document whose shape the author did not state. */
export type JsonDocument = { readonly [key: string]: JsonDocument } & { toString(): string }

/** What code gets back from a request. */
export interface Answer {
  /** Answered and judged good. */
  readonly ok: boolean
  readonly status: number
  /** `none` when answered and good. */
  readonly errorKind: string
  readonly errorText: string
  header(name: string): string | undefined
  text(): string
  /** @throws SyntaxError when the body is not JSON. */
  json<T = JsonDocument>(): T
}

/** Options every request of a code journey takes, whatever the target. */
export interface PerformOptions {
  /** Name under which the request is recorded. */
  readonly step: string
  readonly expect?: Readonly<Record<string, unknown>> | undefined
  readonly timeouts?: Partial<Timeouts> | undefined
}

/** Sends one compiled request for the agent whose code is running, through the engine, recorded. Resolves for every outcome. */
export type Perform = (request: unknown, options: PerformOptions) => Promise<Answer>

/** Sockets and waits of one shard. */
export interface DriverStats {
  readonly openConnections: number
  /** Exchanges waiting for a connection of a shared pool. */
  readonly waiting: number
}

/** Performs exchanges for one shard. */
export interface TargetDriver {
  /** Prepares all that can be prepared once a step. @throws HarnessError SCENARIO_INVALID */
  compile(request: Readonly<Record<string, unknown>>): unknown
  start(exchange: Exchange): void
  /** Gives up a started exchange: it settles soon, as `aborted` unless it had already failed otherwise. */
  abort(exchange: Exchange): void
  /** The agent leaves: its cookies are forgotten, its connection may be kept. */
  endSession(agent: number): void
  /** The object code journeys call (`target.get(...)`). */
  createClient(perform: Perform): object
  stats(): DriverStats
  /** Closes every connection and timer; resolves when none is left. */
  close(): Promise<void>
}

/** How the requests of a shard are marked, so that the target's own traces and logs can be found by them. */
export interface Tracing {
  /** Value of `x-correlation-id`. */
  readonly correlationId: string
  /** First 20 hex digits of the shard's trace ids (`base/trace-id.ts`). */
  readonly prefix: string
  /** Numbers given out by all drivers of the shard: every attempt takes the next. */
  issued: number
}

/** What a driver is made with. */
export interface DriverContext {
  readonly clock: Clock
  /** Agents of this shard; slots are 0 to agents - 1. */
  readonly agents: number
  /** Connections this shard may hold in all; null = one an agent. */
  readonly connections: number | null
  readonly defaultTimeouts: Timeouts
  /** Null when requests are not marked. */
  readonly tracing: Tracing | null
  /** A function of the scenario module by its path (`targets.main.handler`), for targets made of code. */
  readonly code: (path: string) => unknown
}

/** What one look at the target found, before any load. */
export interface ProbeResult {
  readonly reachable: boolean
  /** What answered or what went wrong, for people. */
  readonly message: string
  readonly elapsedMs: number
}

/** A target process that lives as long as the run. */
export interface LaunchedTarget {
  /** Configuration with what only the running process knows (its URL). */
  readonly config: Readonly<Record<string, unknown>>
  readonly pid: number | null
  stop(): Promise<void>
}

/** What launching a target needs. */
export interface LaunchContext {
  readonly clock: Clock
  readonly seed: number
  /** A folder the target may write to. */
  readonly scratchDir: string
}

export interface TargetPlugin {
  readonly name: string
  /** Configuration as scenarios write it, defaults included. */
  readonly configSchema: z.ZodType<Record<string, unknown>>
  /** One request as declarative steps write it. */
  readonly requestSchema: z.ZodType<Record<string, unknown>>
  /** Step name of a request that was given none. */
  nameOf(request: Readonly<Record<string, unknown>>): string
  /** Host names load would be sent to; loopback needs no permission. */
  hostsOf(config: Readonly<Record<string, unknown>>): readonly string[]
  /** Starts the target for the run, where it is ours to start. @throws HarnessError TARGET_LAUNCH_FAILED */
  launch?(config: Readonly<Record<string, unknown>>, context: LaunchContext): Promise<LaunchedTarget>
  /** One cheap look; never throws. Null when there is nothing to look at. */
  probe(config: Readonly<Record<string, unknown>>, clock: Clock): Promise<ProbeResult | null>
  createDriver(config: Readonly<Record<string, unknown>>, context: DriverContext): TargetDriver
}
