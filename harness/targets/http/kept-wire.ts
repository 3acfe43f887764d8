import type { ResponseHead } from './response-head.ts'
import type { Wire, WireFactory, WireOwner } from './wire.ts'

/** A server closes an idle connection about when it said; this much before, it is not used any more. */
const KEEP_ALIVE_MARGIN_MS = 1000

/** The socket of a connection, kept from one exchange to the next for as long as both sides want. */
export class KeptWire {
  readonly #wires: WireFactory
  #wire: Wire | null = null
  #isReused = false
  #usableUntilMs = Number.POSITIVE_INFINITY
  #tlsSession: Buffer | null = null

  constructor(wires: WireFactory) {
    this.#wires = wires
  }

  /** The open socket; null when there is none. */
  get wire(): Wire | null {
    return this.#wire
  }

  /** True when the socket has carried an exchange before the present one. */
  get isReused(): boolean {
    return this.#isReused
  }

  /** Opens a socket for a connection. */
  open(owner: WireOwner): void {
    this.#isReused = false
    this.#usableUntilMs = Number.POSITIVE_INFINITY
    this.#wire = this.#wires.open(owner, this.#tlsSession)
  }

  /** Tells whether the server may be about to close the socket. */
  isStale(nowMs: number): boolean {
    return nowMs > this.#usableUntilMs
  }

  /** Keeps the socket when both sides are through with an exchange and the server wants to, else drops it. @param surplus whether more bytes came than the answer has */
  keepOrDrop(nowMs: number, { keepAlive, keepAliveTimeoutS }: ResponseHead, surplus: boolean): void {
    if (this.#wire === null || !keepAlive || surplus || this.#wire.isSending) return this.drop()
    this.#isReused = true
    this.#usableUntilMs =
      keepAliveTimeoutS === 0 ? Number.POSITIVE_INFINITY : nowMs + usableMs(keepAliveTimeoutS)
  }

  /** Closes the socket, if there is one. */
  drop(): void {
    this.#tlsSession = this.#wire?.session ?? this.#tlsSession
    this.#wire?.drop()
    this.#wire = null
  }
}

/** Up to a second before the server closes the connection, but at least half of the time it gives. */
function usableMs(keepAliveTimeoutS: number): number {
  return Math.max(keepAliveTimeoutS * 500, keepAliveTimeoutS * 1000 - KEEP_ALIVE_MARGIN_MS)
}
