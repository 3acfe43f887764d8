import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A server of a test, on a free port. */
export interface TestServer {
  readonly url: string
  close(): Promise<void>
}

async function listen(server: Server, sockets: Set<Socket>): Promise<TestServer> {
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A plain node:http server. */
export function startHttpServer(listener: RequestListener): Promise<TestServer> {
  return listen(createHttpServer(listener), new Set())
}

/** Says what to do with a request: its first line, and the socket to write on. */
export type RawBehaviour = (path: string, socket: Socket) => void

/** A TCP server that answers each request as a script says, byte by byte if need be. */
export function startRawServer(behaviour: RawBehaviour): Promise<TestServer> {
  const server = createServer((socket) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      while (text.includes('\r\n\r\n')) {
        const [head = ''] = text.split('\r\n\r\n')
        text = text.slice(head.length + 4)
        behaviour(head.split(' ')[1] ?? '/', socket)
      }
    })
  })
  return listen(server, new Set())
}
