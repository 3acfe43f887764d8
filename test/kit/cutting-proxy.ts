import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Text in a request at which the proxy hangs up. */
export const CUT = '/*cut*/'
/** Text in a request that the proxy keeps to itself: it is never answered. */
export const SWALLOW = '/*swallow*/'

/** Stands between a driver and a server that others use too, and can be ended as that server never may. */
export class CuttingProxy {
  readonly #serverPort: number
  readonly #rewrite: (answer: Buffer) => Buffer
  readonly #sockets = new Set<Socket>()
  /** The sockets of clients, with what they have said first, and whether they have been heard and answered since. */
  readonly #clients = new Map<Socket, { readonly greeting: string; isReceived: boolean }>()
  #listener: Server | null = null
  port = 0
  /** Requests that were cut. */
  cutCount = 0

  /** @param rewrite changes what the server says */
  constructor(serverPort: number, rewrite: (answer: Buffer) => Buffer = (answer) => answer) {
    this.#serverPort = serverPort
    this.#rewrite = rewrite
  }

  get openConnections(): number {
    return this.#sockets.size / 2
  }

  /** Listens, on the port that it had before if it had one. */
  async start(): Promise<void> {
    const listener = createServer((client) => this.#accept(client))
    this.#listener = listener
    listener.listen(this.port, '127.0.0.1')
    await once(listener, 'listening')
    const address = listener.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  /** As by a crash. */
  async kill(): Promise<void> {
    const listener = this.#listener
    if (listener === null) return
    this.#listener = null
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => listener.close(resolve))
  }

  /** Ends the connections of those whose first words hold a text, once the server has received them; returns how many these were. */
  cutClients(text: string): number {
    const named = [...this.#clients]
      .filter(([, { greeting, isReceived }]) => isReceived && greeting.includes(text))
      .map(([client]) => client)
    for (const client of named) client.destroy()
    return named.length
  }

  #accept(client: Socket): void {
    const server = connect(this.#serverPort, '127.0.0.1')
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        this.#clients.delete(from)
        to.destroy()
      })
    }
    server.on('data', (bytes) => client.write(this.#rewrite(bytes)))
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1')
      const known = this.#clients.get(client)
      // Whoever goes on has had an answer to the first words.
      if (known === undefined) this.#clients.set(client, { greeting: text, isReceived: false })
      else known.isReceived = true
      if (text.includes(CUT)) {
        this.cutCount++
        client.destroy()
      } else if (!text.includes(SWALLOW)) server.write(bytes)
    })
  }
}

/** A proxy that is gone after the body. */
export async function withCuttingProxy(
  serverPort: number,
  body: (proxy: CuttingProxy) => Promise<void>,
): Promise<void> {
  const proxy = new CuttingProxy(serverPort)
  await proxy.start()
  try {
    await body(proxy)
  } finally {
    await proxy.kill()
  }
}
