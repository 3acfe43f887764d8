/** HTTP/2 sessions through node:http2: one an agent, or a bounded number of them with their streams spread evenly. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import type { Endpoint } from './endpoint.ts'
import { Http2Session, type SessionOwner, type SessionParts, StreamBound } from './http2-session.ts'
import { SessionSlot } from './http2-slot.ts'
import type { TlsSettings } from './wire.ts'

export class Http2Sessions {
  readonly #tls: TlsSettings
  readonly #limit: number | null
  readonly #parts: SessionParts
  readonly #slots: (SessionSlot | undefined)[] = []
  /** Every session whose socket is not closed: those that take requests, connect, or let their last streams end. */
  readonly #live = new Set<Http2Session>()
  #turn = 0
  #whenNone: (() => void) | null = null

  /** @param limit sessions in all; null = one an agent */
  constructor(endpoint: Endpoint, tls: TlsSettings, limit: number | null, clock: Clock) {
    this.#tls = tls
    this.#limit = limit
    this.#parts = { endpoint, clock, bound: new StreamBound() }
  }

  /** True when each agent has a session of its own. */
  get areOwn(): boolean {
    return this.#limit === null
  }

  /** Sessions that are connected, those included that only let their last streams end. */
  get openCount(): number {
    let count = 0
    for (const session of this.#live) if (session.isConnected) count++
    return count
  }

  /** Requests that wait for a session, or for their turn among its streams. */
  get waitingCount(): number {
    return this.#slots.reduce((count, slot) => count + (slot?.waitingCount ?? 0), 0)
  }

  /** Returns the slot for the agent's next request: of shared sessions the next in turn, if it has room. */
  slotOf(agent: number): SessionSlot {
    if (this.#limit === null) return this.#slotAt(agent)
    for (let tried = 1; tried < this.#limit; tried++) {
      const slot = this.#slotAt(this.#turn++ % this.#limit)
      if (!slot.isFull) return slot
    }
    return this.#slotAt(this.#turn++ % this.#limit)
  }

  /** Closes every session; resolves when no socket is left. */
  closeAll(): Promise<void> {
    for (const session of this.#live) session.destroy()
    if (this.#live.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenNone = resolve
    })
  }

  #slotAt(place: number): SessionSlot {
    const slot = this.#slots[place] ?? new SessionSlot(this.#open)
    this.#slots[place] = slot
    return slot
  }

  readonly #open = (owner: SessionOwner): Http2Session => {
    const socket = this.#connect()
    const session = new Http2Session(socket, this.#parts, owner)
    this.#live.add(session)
    socket.once('close', () => {
      this.#live.delete(session)
      if (this.#live.size === 0) this.#whenNone?.()
    })
    return session
  }

  #connect(): Socket {
    const { place, secure, serverName } = this.#parts.endpoint
    if (!secure) return connectTcp({ ...place, noDelay: true })
    const name = serverName === undefined ? {} : { servername: serverName }
    return connectTls({ ...place, ALPNProtocols: ['h2'], ...this.#tls, ...name })
  }
}
