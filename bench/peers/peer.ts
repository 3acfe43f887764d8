/** What a load generator has to be able to do to be measured beside the others. */

/** Connections that send the next request as soon as the last one is answered. */
export interface ClosedWork {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** Not measured at the beginning. */
  readonly warmUpSeconds: number
  /** POST this JSON instead of GET. */
  readonly json?: string
}

/** Requests at a fixed rate, whatever the server does. */
export interface RateWork {
  readonly url: string
  readonly ratePerSec: number
  readonly seconds: number
  readonly connections: number
}

/** Users on a connection each: a request, a second of thinking, again. */
export interface UsersWork {
  readonly url: string
  readonly users: number
  readonly thinkMs: number
  readonly seconds: number
}

export interface ClosedFigures {
  readonly requestsPerSec: number
  readonly cpuUsPerRequest: number
  readonly command: string
}

/** What the generator says of latency, in ms; null where it does not say. */
export interface LatencyFigures {
  readonly requests: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly maxMs: number | null
  readonly command: string
}

/** What a generator of users says of itself; how many requests they made is counted by the server. */
export interface UsersFigures {
  readonly p99Ms: number | null
  readonly peakRssBytes: number
  readonly command: string
}

export interface Peer {
  readonly name: string
  /** Null when it is not installed. */
  version(): string | null
  /** How to get it. */
  readonly install: string
  readonly closed?: (work: ClosedWork) => Promise<ClosedFigures>
  readonly rate?: (work: RateWork) => Promise<LatencyFigures>
  readonly users?: (work: UsersWork) => Promise<UsersFigures>
}

/** Core of every generator; servers have core 0. */
export const GENERATOR_CORE = '1'

/** Text of a command line as one would type it. */
export function commandLine(command: readonly string[]): string {
  return command.map((part) => (/^[\w./:=@%+-]+$/.test(part) ? part : `'${part}'`)).join(' ')
}

/** First line of what a command prints of its version; null when it is not there. */
export function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
