/** WebSocket servers: one that behaves, over the library, and one that writes the bytes its test wants. */
import { createHash } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

const FIN = 0x80
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A frame as a server writes it. @param flags 0 = others of the same message follow. Default: it is the last. */
export function wsFrame(opcode: number, payload: Buffer | string = '', flags = FIN): Buffer {
  const content = Buffer.from(payload)
  const { length } = content
  if (length < 126) return Buffer.concat([Buffer.from([flags | opcode, length]), content])
  const head = Buffer.alloc(length < 65_536 ? 4 : 10)
  head[0] = flags | opcode
  head[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) head.writeUInt16BE(length, 2)
  else head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, content])
}

/** A close frame. */
export function closeFrame(code: number, reason = ''): Buffer {
  const number = Buffer.alloc(2)
  number.writeUInt16BE(code)
  return wsFrame(CLOSE, Buffer.concat([number, Buffer.from(reason)]))
}

/** A frame of a client. */
export interface ClientFrame {
  readonly opcode: number
  readonly text: string
}

export interface RawWsBehaviour {
  /** The answer to a handshake. Default: the right one. @param right that one */
  readonly answer?: (right: string, head: string) => string
  /** Called when the answer was written. `connection` counts from 0. */
  readonly onOpen?: (socket: Socket, connection: number) => void
  /** Called for each frame of the client. */
  readonly onFrame?: (socket: Socket, frame: ClientFrame, connection: number) => void
}

export interface RawWsServer {
  readonly url: string
  readonly port: number
  readonly heads: readonly string[]
  readonly frames: readonly ClientFrame[]
  /** Ends it with all connections. */
  kill(): Promise<void>
  /** Lets it listen at its port again. */
  revive(): Promise<void>
}

/** A server that is gone, connections included, after the body. */
export async function withRawWsServer(
  behaviour: RawWsBehaviour,
  body: (server: RawWsServer) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>()
  const heads: string[] = []
  const frames: ClientFrame[] = []
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let bytes = Buffer.alloc(0)
    let connection = -1
    socket.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      if (connection === -1) {
        const end = bytes.indexOf('\r\n\r\n')
        if (end === -1) return
        const head = bytes.subarray(0, end + 4).toString('latin1')
        bytes = bytes.subarray(end + 4)
        connection = heads.push(head) - 1
        socket.write(behaviour.answer?.(rightAnswer(head), head) ?? rightAnswer(head), 'latin1')
        behaviour.onOpen?.(socket, connection)
      }
      for (let read = readFrame(bytes); read !== null; read = readFrame(bytes)) {
        bytes = bytes.subarray(read.length)
        frames.push(read.frame)
        behaviour.onFrame?.(socket, read.frame, connection)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const kill = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  const revive = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  try {
    await body({ url: `ws://127.0.0.1:${port}`, port, heads, frames, kill, revive })
  } finally {
    await kill()
  }
}

function rightAnswer(head: string): string {
  const key = /^sec-websocket-key: (.*)\r$/im.exec(head)?.[1] ?? ''
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}

function readFrame(bytes: Buffer): { readonly frame: ClientFrame; readonly length: number } | null {
  if (bytes.length < 2) return null
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const size = { 126: 2, 127: 8 }[short] ?? 0
  const start = 2 + size + 4
  if (bytes.length < start) return null
  const payload = size === 0 ? short : bytes.readUIntBE(start - 4 - Math.min(size, 6), Math.min(size, 6))
  if (bytes.length < start + payload) return null
  const mask = bytes.subarray(start - 4, start)
  const content = Buffer.from(
    bytes.subarray(start, start + payload).map((byte, i) => byte ^ (mask[i % 4] as number)),
  )
  return { frame: { opcode: first & 15, text: content.toString('utf8') }, length: start + payload }
}

/** A server over the library, for the time of the body. @param onSession called for each session, with its path */
export async function withWsServer(
  onSession: (session: WebSocket, path: string) => void,
  body: (url: string, server: WebSocketServer) => Promise<void>,
  options: { readonly perMessageDeflate?: boolean; readonly handleProtocols?: () => string } = {},
): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  server.on('connection', (session, { url }) => {
    session.on('error', () => undefined)
    onSession(session, url ?? '')
  })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  try {
    await body(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server)
  } finally {
    for (const session of server.clients) session.terminate()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Sends every message back. */
export function echo(session: WebSocket): void {
  session.on('message', (data, isBinary) => session.send(data as Buffer, { binary: isBinary }))
}
