import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server that speaks whatever bytes its test wants, on loopback. */
export interface RawServer {
  readonly url: string
  readonly port: number
  /** Connections accepted so far. */
  readonly connectionCount: number
  /** Heads of the requests as they came, over all connections. */
  readonly requests: readonly string[]
}

/** What one connection does: called for each request head. `place` counts the requests of all connections from 0. */
export type OnRequest = (socket: Socket, place: number) => void

export interface RawBehaviour {
  /** Called for each connection before any request. */
  readonly onConnection?: (socket: Socket, place: number) => void
  readonly onRequest?: OnRequest
}

/** A raw server that is gone, connections included, after the body. */
export async function withRawServer(
  behaviour: RawBehaviour | OnRequest,
  body: (server: RawServer) => Promise<void>,
): Promise<void> {
  const { onConnection, onRequest } = typeof behaviour === 'function' ? { onRequest: behaviour } : behaviour
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let connectionCount = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // What a client does to its connection is the test's to look at, on the client's side.
    socket.on('error', () => undefined)
    connectionCount++
    onConnection?.(socket, connectionCount - 1)
    readHeads(socket, (head) => {
      requests.push(head)
      onRequest?.(socket, requests.length - 1)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await body({
      url: `http://127.0.0.1:${port}`,
      port,
      requests,
      get connectionCount() {
        return connectionCount
      },
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function readHeads(socket: Socket, onHead: (head: string) => void): void {
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end + 4)
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
      if (text.length < end + 4 + length) return
      text = text.slice(end + 4 + length)
      onHead(head)
    }
  })
}
