/** HTTP/2 sessions through undici: one an agent, or a shared number of them with their streams spread evenly. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type buildConnector, Client } from 'undici'
import { lookupFor } from '../../base/loopback.ts'
import type { Endpoint } from './endpoint.ts'
import { type Failure, failureOf, type Stage } from './failure.ts'
import type { TlsSettings } from './wire.ts'

/** Streams one session may carry at once; the server's own bound comes on top. */
const STREAMS_MAX = 1000

/** A session could not be opened. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.text)
    this.failure = failure
  }
}

/** One place for a session; the session is opened by its first request, and again after it was lost. */
export interface SessionSlot {
  readonly client: Client
  isConnected: boolean
}

export class Http2Sessions {
  readonly #endpoint: Endpoint
  readonly #tls: TlsSettings
  readonly #slots: (SessionSlot | undefined)[] = []
  readonly #limit: number | null
  readonly #sockets = new Set<Socket>()
  #turn = 0
  #whenNone: (() => void) | null = null

  /** @param limit sessions in all; null = one an agent */
  constructor(endpoint: Endpoint, tls: TlsSettings, limit: number | null) {
    this.#endpoint = endpoint
    this.#tls = tls
    this.#limit = limit
  }

  get openCount(): number {
    return this.#slots.filter((slot) => slot?.isConnected).length
  }

  /** The session an agent's next request goes to. */
  of(agent: number): SessionSlot {
    const place = this.#limit === null ? agent : this.#turn++ % this.#limit
    const slot = this.#slots[place] ?? this.#create()
    this.#slots[place] = slot
    return slot
  }

  /** Gives a session up that does not come about; the next request opens another. */
  discard(slot: SessionSlot): void {
    const place = this.#slots.indexOf(slot)
    if (place !== -1) this.#slots[place] = undefined
    void slot.client.destroy()
  }

  /** Ends every session; resolves when no socket is left. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot?.client.destroy()))
    for (const socket of this.#sockets) socket.destroy()
    if (this.#sockets.size === 0) return
    await new Promise<void>((resolve) => {
      this.#whenNone = resolve
    })
  }

  #create(): SessionSlot {
    const client = new Client(this.#endpoint.origin, {
      allowH2: true,
      maxConcurrentStreams: STREAMS_MAX,
      pipelining: STREAMS_MAX,
      // Deadlines are the driver's own.
      headersTimeout: 0,
      bodyTimeout: 0,
      pingInterval: 0,
      connect: (_options, callback) => this.#connect(callback),
    })
    const slot: SessionSlot = { client, isConnected: false }
    client.on('connect', () => {
      slot.isConnected = true
    })
    client.on('disconnect', () => {
      slot.isConnected = false
    })
    return slot
  }

  /** HTTP/2 and nothing else: without TLS by prior knowledge, with it by ALPN. */
  #connect(callback: buildConnector.Callback): void {
    const { host, port, secure, serverName } = this.#endpoint
    const serverNameOption = serverName === undefined ? {} : { servername: serverName }
    const lookup = lookupFor(host)
    const place = { host, port, ...(lookup && { lookup }) }
    const socket = secure
      ? connectTls({ ...place, ALPNProtocols: ['h2'], ...this.#tls, ...serverNameOption })
      : Object.assign(connectTcp({ ...place, noDelay: true }), { alpnProtocol: 'h2' })
    this.#sockets.add(socket)
    let stage: Stage = 'connecting'
    const fail = (failure: Failure) => {
      socket.off('error', onError)
      socket.on('error', ignore).destroy()
      callback(new ConnectFailure(failure), null)
    }
    const onError = (error: Error) => fail(failureOf(error, stage))
    socket.on('error', onError)
    socket.once('connect', () => {
      stage = 'tls-handshake'
    })
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      if (socket.alpnProtocol !== 'h2')
        return fail({ kind: 'protocol', text: 'the server does not speak HTTP/2' })
      socket.off('error', onError)
      callback(null, socket)
    })
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#sockets.size === 0) this.#whenNone?.()
    })
  }
}

/** A socket that was given up may still report what broke it. */
function ignore(): void {}
