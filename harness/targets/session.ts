/** The contract between a client library and the places that carry requests out over its connections. */
import type { Exchange } from '../ports/target.ts'
import type { Failure } from './failure.ts'

/** Takes what becomes of the exchange that a session carries out. */
export interface Turn {
  /** Called right before the first byte is handed over. */
  sent(): void
  /** Called with the first byte of the answer; later calls change nothing. */
  firstByte(): void
  /**
   * Ends it: once, never from inside `run`. @param failure null when it was answered @param isUsable false when the connection is
   * in a state that nobody knows
   */
  end(failure: Failure | null, isUsable: boolean): void
}

/** One open connection of a client library. */
export interface Session {
  /** False once the server has closed it, which may be known before it is reported. */
  readonly isOpen: boolean
  /** Carries an exchange out. @throws UnsetVariable before anything was sent */
  run(exchange: Exchange, turn: Turn): void
  /** Drops the connection at once; nothing is reported any more. Resolves when its socket is closed. */
  destroy(): Promise<void>
}

/** The settings of a connection that is opened. */
export interface Opening {
  /** Fires when it is not wanted any more. */
  readonly signal: AbortSignal
  /** Called when the server, or the network, ended the open connection: whether or not an exchange is under way. */
  readonly onLost: (failure: Failure) => void
}

/** Opens a connection and logs in. Rejects with {@link SessionRefused}. */
export type OpenSession = (opening: Opening) => Promise<Session>

/** A connection that could not be opened. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused'
  readonly failure: Failure
  /** The status with which the server refused it; 0 = none. */
  readonly status: number

  constructor(failure: Failure, status = 0) {
    super(failure.text)
    this.failure = failure
    this.status = status
  }
}
