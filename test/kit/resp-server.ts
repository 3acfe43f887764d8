import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** Answers a command with bytes of the protocol; null: never. */
export type RespHandler = (command: readonly string[], socket: Socket) => string | null

/** A server that speaks as much of the Redis protocol as a test needs. */
export class RespServer {
  readonly commands: string[][] = []
  readonly #handler: RespHandler
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  port = 0

  constructor(handler: RespHandler) {
    this.#handler = handler
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  /** Listens, on the port that it had before if it had one. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket))
    this.#server = server
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  /** As by a crash. */
  async kill(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    let text = ''
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let read = commandIn(text); read !== null; read = commandIn(text)) {
        text = text.slice(read.length)
        this.commands.push(read.command)
        const answer = this.#handler(read.command, socket)
        if (answer !== null && !socket.destroyed) socket.write(answer, 'latin1')
      }
    })
  }
}

/** A server that is gone after the body. */
export async function withRespServer(
  handler: RespHandler,
  body: (server: RespServer) => Promise<void>,
): Promise<void> {
  const server = new RespServer(handler)
  await server.start()
  try {
    await body(server)
  } finally {
    await server.kill()
  }
}

/** The first whole command of a text, its name in capitals, and its length. */
function commandIn(text: string): { command: string[]; length: number } | null {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return null
  let at = head[0].length
  const command: string[] = []
  for (let i = 0; i < Number(head[1]); i++) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at))
    if (size === null) return null
    at += size[0].length
    const end = at + Number(size[1])
    if (text.length < end + 2) return null
    const word = text.slice(at, end)
    command.push(i === 0 ? word.toUpperCase() : word)
    at = end + 2
  }
  return { command, length: at }
}
