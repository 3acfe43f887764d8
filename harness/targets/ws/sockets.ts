/** The sockets of a driver: opened for WebSockets, and closed together. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Endpoint } from '../http/endpoint.ts'
import type { TlsSettings } from '../http/wire.ts'

export class Sockets {
  readonly #endpoint: Endpoint
  readonly #tls: TlsSettings
  readonly #live = new Set<Socket>()
  #whenNone: (() => void) | null = null

  constructor(endpoint: Endpoint, tls: TlsSettings) {
    this.#endpoint = endpoint
    this.#tls = tls
  }

  /** Sockets that are connected. */
  get openCount(): number {
    let count = 0
    for (const socket of this.#live) if (!socket.connecting && !socket.destroyed) count++
    return count
  }

  /** Begins to connect. */
  readonly open = (): Socket => {
    const { place, secure, serverName } = this.#endpoint
    const options = { ...place, noDelay: true }
    const socket = secure
      ? connectTls({
          ...options,
          ...this.#tls,
          ALPNProtocols: ['http/1.1'],
          ...(serverName === undefined ? {} : { servername: serverName }),
        })
      : connectTcp(options)
    this.#live.add(socket)
    // The library listens only once its request has the socket; until then an error would end the process.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#closed(socket))
    return socket
  }

  /** Closes every socket; resolves when none is left. */
  closeAll(): Promise<void> {
    for (const socket of this.#live) socket.destroy()
    if (this.#live.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenNone = resolve
    })
  }

  #closed(socket: Socket): void {
    this.#live.delete(socket)
    if (this.#live.size === 0) this.#whenNone?.()
  }
}
