import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a client and a server of loopback, and can forget connections as a firewall does: neither end is told. */
export class ForgetfulProxy {
  readonly #sockets = new Set<Socket>()
  #isSilent = false
  #silencedCount = 0
  readonly #server

  private constructor(port: number) {
    this.#server = createServer((client) => {
      if (this.#isSilent) return this.#swallow(client)
      const server = connect(port, '127.0.0.1')
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(from)
        from.on('data', (chunk) => to.write(chunk))
        from.on('error', () => undefined)
        from.on('close', () => to.destroy())
      }
    })
  }

  /** In front of this port. */
  static async before(port: number): Promise<ForgetfulProxy> {
    const proxy = new ForgetfulProxy(port)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Nothing goes through the connections of now any more; new ones work. */
  forget(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').resume()
  }

  /** Connections that come from now on are taken, and never hear a word. */
  silence(): void {
    this.#isSilent = true
  }

  /** How many were taken since it is silent. */
  get silencedCount(): number {
    return this.#silencedCount
  }

  #swallow(client: Socket): void {
    this.#silencedCount++
    this.#sockets.add(client)
    client.on('error', () => undefined).resume()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
