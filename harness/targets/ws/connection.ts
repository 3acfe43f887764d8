/** One WebSocket from its opening to its end: the library's, and the instants that the library does not tell. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type ClientOptions, WebSocket } from 'ws'
import type { Clock } from '../../base/clock.ts'
import { lookUp } from '../../base/names.ts'
import type { Stage } from '../failure.ts'
import { type Ending, endingOfClose, endingOfError } from './failure.ts'
import { type Arrival, FrameWalk } from './frame-walk.ts'

/** A message as it was received. */
export interface Received {
  readonly data: Buffer
  readonly arrival: Arrival
}

/** The answer to a handshake. */
export interface Handshake {
  readonly status: number
  readonly firstByteMs: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly header: (name: string) => string | undefined
}

/** Whom a connection tells. After `ended` or `refused`, and after `leave` or `drop`, it tells nothing more. */
export interface ConnectionOwner {
  /** TCP and TLS are there, and the handshake is sent. */
  connected(nowMs: number): void
  opened(handshake: Handshake): void
  /** The server answered the handshake with another status. */
  refused(handshake: Handshake): void
  received(message: Received): void
  ponged(payload: Buffer): void
  /** The server reads again. */
  drained(): void
  ended(ending: Ending): void
}

/** The parts that the connections of a driver share. */
export interface ConnectionSettings {
  readonly clock: Clock
  readonly subprotocols: readonly string[]
  readonly compression: boolean
  readonly messageBytesMax: number
  /** Begins to connect. */
  readonly connect: () => Socket
  readonly secure: boolean
}

/** The time that a server has for closing after both close frames were sent. */
const CLOSE_LIMIT_MS = 1000
/** Pongs are left out while this much waits for the server to read: it has no use for old ones. */
const UNREAD_BYTES_MAX = 65_536

/** The types of the library do not know this option, its documentation does. */
type Options = ClientOptions & { readonly closeTimeout: number }

export class Connection {
  #owner: ConnectionOwner | null
  readonly #settings: ConnectionSettings
  readonly #socket: Socket
  readonly #ws: WebSocket
  readonly #walk = new FrameWalk()
  #stage: Stage = 'connecting'
  #isOpen = false
  #firstByteMs = 0

  /** Begins to connect. @throws Error when the handshake cannot be put together */
  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    owner: ConnectionOwner,
    settings: ConnectionSettings,
  ) {
    this.#owner = owner
    this.#settings = settings
    const socket = settings.connect()
    this.#socket = socket
    this.#listen()
    const options: Options = {
      headers: { ...headers },
      perMessageDeflate: settings.compression,
      maxPayload: settings.messageBytesMax,
      autoPong: false,
      closeTimeout: CLOSE_LIMIT_MS,
      createConnection: () => socket,
    }
    try {
      this.#ws = new WebSocket(url, [...settings.subprotocols], options)
    } catch (error) {
      socket.destroy()
      throw error
    }
    this.#follow()
  }

  /** Opened, and not closing. */
  get isOpen(): boolean {
    return this.#isOpen && this.#ws.readyState === WebSocket.OPEN
  }

  /** True while the server does not read what was written. */
  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Hands a message to the socket; returns its bytes on the wire before compression. */
  send(content: string | Buffer): number {
    this.#ws.send(content)
    return frameBytes(Buffer.byteLength(content))
  }

  ping(payload: string): void {
    this.#ws.ping(payload)
  }

  /** Begins to close; the owner is told the end. */
  close(code: number, reason: string): void {
    this.#ws.close(code, reason)
  }

  /** Closes in order; the owner hears nothing more. */
  leave(): void {
    this.#owner = null
    this.#ws.close()
  }

  /** Closes at once; the owner hears nothing more. */
  drop(): void {
    this.#owner = null
    this.#ws.terminate()
    this.#socket.destroy()
  }

  /** Before the library does: the instant of a read is known when its messages come. */
  #listen(): void {
    const socket = this.#socket
    const { secure, clock } = this.#settings
    socket.once('connect', () => {
      this.#stage = secure ? 'tls-handshake' : 'open'
      if (!secure) this.#owner?.connected(clock.nowMs())
    })
    if (secure)
      socket.once('secureConnect', () => {
        this.#stage = 'open'
        this.#owner?.connected(clock.nowMs())
      })
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('drain', () => this.#owner?.drained())
  }

  #read(bytes: Buffer): void {
    const nowMs = this.#settings.clock.nowMs()
    if (this.#isOpen) this.#walk.walk(bytes, nowMs)
    else if (this.#firstByteMs === 0) this.#firstByteMs = nowMs
  }

  #follow(): void {
    const ws = this.#ws
    let upgraded: IncomingMessage | null = null
    ws.once('upgrade', (response) => {
      upgraded = response
    })
    ws.once('open', () => {
      this.#isOpen = true
      if (upgraded !== null) this.#owner?.opened(this.#handshakeOf(upgraded))
      upgraded = null
    })
    ws.once('unexpected-response', (request, response) => {
      const owner = this.#owner
      this.#owner = null
      request.destroy()
      owner?.refused(this.#handshakeOf(response))
    })
    ws.on('message', (data: Buffer) => {
      const arrival = this.#walk.take()
      if (arrival !== undefined) this.#owner?.received({ data, arrival })
    })
    ws.on('ping', (payload) => {
      if (ws.readyState === WebSocket.OPEN && ws.bufferedAmount < UNREAD_BYTES_MAX) ws.pong(payload)
    })
    ws.on('pong', (payload) => this.#owner?.ponged(payload))
    ws.on('error', (error) => this.#end(endingOfError(error, this.#stage)))
    ws.once('close', (code, reason) => this.#end(endingOfClose(code, reason.toString('utf8'))))
  }

  #handshakeOf(response: IncomingMessage): Handshake {
    const { bytesWritten, bytesRead } = this.#socket
    const { headers, statusCode = 0 } = response
    return {
      status: statusCode,
      firstByteMs: this.#firstByteMs,
      bytesSent: bytesWritten,
      bytesReceived: bytesRead,
      header: (name) => {
        const value = lookUp<string | string[] | undefined>(headers, name.toLowerCase())
        return Array.isArray(value) ? value.join(', ') : value
      },
    }
  }

  #end(ending: Ending): void {
    const owner = this.#owner
    this.#owner = null
    owner?.ended(ending)
  }
}

/** Returns the size of a frame of a client: its head, the mask and the payload. */
function frameBytes(length: number): number {
  if (length < 126) return length + 6
  return length + (length < 65_536 ? 8 : 14)
}
