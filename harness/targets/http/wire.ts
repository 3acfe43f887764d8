/**
 * One live socket, from its opening to its end. All sockets of a driver read into one shared buffer: the callback runs
 * right after the read, before any other socket can read (ENGINE section 1: 37 % less CPU than `data` events). On
 * Windows reads are posted ahead, so there each socket has its own.
 */
import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net'
import { platform } from 'node:os'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { type Failure, failureOf, type Stage } from '../failure.ts'
import { type DirectWriter, directWriterOf } from './direct-write.ts'
import type { Endpoint } from './endpoint.ts'

const READ_BUFFER_BYTES = 65_536

/** Whom a wire tells. After `drop` it tells nothing more. */
export interface WireOwner {
  opened(): void
  /** Bytes at the beginning of a buffer that is valid during the call only. */
  received(bytes: Buffer, length: number): void
  /** It is closed; null when the other side did so in order. */
  ended(failure: Failure | null): void
}

export type TlsSettings = Pick<ConnectionOptions, 'rejectUnauthorized' | 'secureContext'>

/** Opens wires to one endpoint, and knows which are there. */
export class WireFactory {
  readonly #endpoint: Endpoint
  readonly #tls: TlsSettings
  readonly #shared = platform() === 'win32' ? null : Buffer.allocUnsafe(READ_BUFFER_BYTES)
  readonly #live = new Set<Wire>()
  #whenNone: (() => void) | null = null

  constructor(endpoint: Endpoint, tls: TlsSettings) {
    this.#endpoint = endpoint
    this.#tls = tls
  }

  /** Sockets that are connected. */
  get openCount(): number {
    let count = 0
    for (const wire of this.#live) if (wire.isOpen) count++
    return count
  }

  /** Begins to connect. @param session of an earlier TLS connection of the same agent */
  open(owner: WireOwner, session: Buffer | null): Wire {
    const { place, secure, serverName } = this.#endpoint
    const wire = new Wire(owner)
    const onread: OnReadOpts = {
      buffer: this.#shared ?? Buffer.allocUnsafe(READ_BUFFER_BYTES),
      callback: (length, buffer) => {
        wire.received(buffer as Buffer, length)
        return true
      },
    }
    const options = { ...place, onread, noDelay: true }
    const tls = {
      ...this.#tls,
      ALPNProtocols: ['http/1.1'],
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(session === null ? {} : { session }),
    }
    // The types of tls.connect leave `onread` out, which it hands on to its socket.
    const socket = secure ? connectTls({ ...options, ...tls } as ConnectionOptions) : connectTcp(options)
    this.#live.add(wire)
    socket.once('close', () => this.#closed(wire))
    wire.attach(socket, secure)
    return wire
  }

  /** Closes every wire; resolves when no socket is left. */
  closeAll(): Promise<void> {
    for (const wire of this.#live) wire.drop()
    if (this.#live.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenNone = resolve
    })
  }

  #closed(wire: Wire): void {
    this.#live.delete(wire)
    if (this.#live.size === 0) this.#whenNone?.()
  }
}

export class Wire {
  #owner: WireOwner | null
  #socket: Socket | null = null
  #writer: DirectWriter | null = null
  #stage: Stage = 'connecting'
  /** The TLS session to resume from; null until the server has sent one. */
  session: Buffer | null = null

  constructor(owner: WireOwner) {
    this.#owner = owner
  }

  /** Connected, and the TLS handshake done. */
  get isOpen(): boolean {
    return this.#stage === 'open'
  }

  /**
   * True while much of the written data waits for the other side. A little may: under TLS the socket learns of a write's end only
   * after the answer was read.
   */
  get isSending(): boolean {
    return this.#writer?.isSending === true || (this.#socket?.writableNeedDrain ?? false)
  }

  /** True while written bytes are still in use and must not be changed. */
  get holdsBytes(): boolean {
    return this.#writer?.isSending === true || (this.#socket?.writableLength ?? 0) > 0
  }

  /** Follows the socket. The factory calls it once. */
  attach(socket: Socket, secure: boolean): void {
    this.#socket = socket
    socket.once('connect', () => {
      this.#stage = secure ? 'tls-handshake' : 'open'
      if (secure) return
      this.#writer = directWriterOf(socket, (error) => socket.destroy(error))
      this.#owner?.opened()
    })
    if (secure) this.#followTls(socket as TLSSocket)
    socket.on('error', (error) => this.#end(failureOf(error, this.#stage)))
    socket.once('end', () => this.#end(null))
    socket.once('close', () => this.#end(null))
  }

  /** Hands bytes to the socket; returns how many. */
  write(content: Buffer | string): number {
    const bytes = Buffer.byteLength(content)
    // As many bytes as characters means ASCII, which latin1 writes without looking.
    if (typeof content === 'string' && bytes !== content.length) this.#socket?.write(content, 'utf8')
    else if (this.#writer !== null) this.#writer.write(content)
    else if (typeof content === 'string') this.#socket?.write(content, 'latin1')
    else this.#socket?.write(content)
    return bytes
  }

  received(bytes: Buffer, length: number): void {
    this.#owner?.received(bytes, length)
  }

  /** Closes the socket; the owner hears nothing more. */
  drop(): void {
    this.#owner = null
    this.#stage = 'connecting'
    this.#socket?.destroy()
  }

  #followTls(socket: TLSSocket): void {
    socket.once('secureConnect', () => {
      this.#stage = 'open'
      this.#owner?.opened()
    })
    socket.on('session', (session) => {
      this.session = session
    })
  }

  #end(failure: Failure | null): void {
    const owner = this.#owner
    this.drop()
    owner?.ended(failure)
  }
}
