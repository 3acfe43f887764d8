/** A server of HTTP/2 without TLS that writes the frames its test wants, right or wrong. */
import { type AddressInfo, createServer, type Socket } from 'node:net'

const PREFACE_BYTES = 24
const HEAD_BYTES = 9

/** Types of frames, RFC 9113 section 6. */
export const DATA = 0
export const HEADERS = 1
export const PRIORITY = 2
export const RST_STREAM = 3
export const SETTINGS = 4
export const PUSH_PROMISE = 5
export const PING = 6
export const GOAWAY = 7
export const WINDOW_UPDATE = 8
export const CONTINUATION = 9

export const END_STREAM = 1
export const ACK = 1
export const END_HEADERS = 4
export const PADDED = 8

/** One frame as it is on the wire. */
export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const content = Buffer.from(payload)
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUIntBE(content.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, content])
}

/** Numbers of 32 bits in a row. */
export function words(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [place, number] of numbers.entries()) bytes.writeUInt32BE(number >>> 0, 4 * place)
  return bytes
}

/** One setting of a SETTINGS frame. */
export function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([0, id]), words(value)])
}

/** `:status: 200` in HPACK. */
export const STATUS_200 = Buffer.from([0x88])

/** A field in HPACK: a literal that enters no table, its name shorter than 127 bytes. */
export function field(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    lengthOf(value),
    Buffer.from(value),
  ])
}

/** The same as an entry of the decoder's table; it is number 62 then. */
export function indexedField(name: string, value: string): Buffer {
  const bytes = field(name, value)
  bytes[0] = 0x40
  return bytes
}

/** Prefix of seven bits, RFC 7541 section 5.1. */
function lengthOf(value: string): Buffer {
  const { length } = value
  if (length < 127) return Buffer.from([length])
  const bytes = [127]
  let left = length - 127
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Buffer.from([...bytes, left])
}

/** The head of an answer, open. */
export const head = (stream: number, ...fields: Buffer[]) =>
  frame(HEADERS, END_HEADERS, stream, Buffer.concat([STATUS_200, ...fields]))
/** A head that is the whole answer. */
export const wholeHead = (stream: number, ...fields: Buffer[]) =>
  frame(HEADERS, END_HEADERS | END_STREAM, stream, Buffer.concat(fields))
export const data = (stream: number, content: string) => frame(DATA, 0, stream, content)
export const lastData = (stream: number, content: string) => frame(DATA, END_STREAM, stream, content)
export const reset = (stream: number, code: number) => frame(RST_STREAM, 0, stream, words(code))
export const goaway = (lastStream: number, code = 0, debug = '') =>
  frame(GOAWAY, 0, 0, Buffer.concat([words(lastStream, code), Buffer.from(debug)]))
/** An answer of seven bytes. */
export const answer = (stream: number) => Buffer.concat([head(stream), lastData(stream, '{"a":1}')])

/** A request as it came. `connection` and `place` count from 0, `place` over all connections. */
export interface FrameRequest {
  readonly stream: number
  readonly connection: number
  readonly place: number
}

export interface FrameBehaviour {
  /** Payload of the first SETTINGS; null: it sends no HTTP/2 of itself. */
  readonly settings?: Buffer | null
  /** Called when the client's preface has come, and the own SETTINGS are sent. */
  readonly onConnection?: (socket: Socket, connection: number) => void
  /** Called when the head of a request has come, whatever follows. */
  readonly onHead?: (socket: Socket, stream: number) => void
  /** Called when a request is complete. */
  readonly onRequest?: (socket: Socket, request: FrameRequest) => void
}

export interface FrameServer {
  readonly url: string
  readonly connectionCount: number
  readonly requests: readonly FrameRequest[]
  /** Streams the client has reset. */
  readonly resets: readonly number[]
}

/** A server that is gone, connections included, after the body. */
export async function withFrameServer(
  behaviour: FrameBehaviour,
  body: (server: FrameServer) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>()
  const requests: FrameRequest[] = []
  const resets: number[] = []
  let connectionCount = 0
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const connection = connectionCount++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const begin = () => {
      if (behaviour.settings !== null) socket.write(frame(SETTINGS, 0, 0, behaviour.settings))
      behaviour.onConnection?.(socket, connection)
    }
    readFrames(socket, begin, (type, flags, stream, payload) => {
      if (type === SETTINGS && (flags & ACK) === 0 && behaviour.settings !== null)
        socket.write(frame(SETTINGS, ACK, 0))
      if (type === PING && (flags & ACK) === 0) socket.write(frame(PING, ACK, 0, payload))
      if (type === RST_STREAM) resets.push(stream)
      if (type === HEADERS) behaviour.onHead?.(socket, stream)
      if ((type !== HEADERS && type !== DATA) || (flags & END_STREAM) === 0) return
      const request = { stream, connection, place: requests.length }
      requests.push(request)
      behaviour.onRequest?.(socket, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requests,
      resets,
      get connectionCount() {
        return connectionCount
      },
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

function readFrames(
  socket: Socket,
  onPreface: () => void,
  onFrame: (type: number, flags: number, stream: number, payload: Buffer) => void,
): void {
  let bytes = Buffer.alloc(0)
  let begun = false
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece])
    if (!begun) {
      if (bytes.length < PREFACE_BYTES) return
      bytes = bytes.subarray(PREFACE_BYTES)
      begun = true
      onPreface()
    }
    while (bytes.length >= HEAD_BYTES) {
      const length = HEAD_BYTES + bytes.readUIntBE(0, 3)
      if (bytes.length < length) return
      const [type = 0, flags = 0] = bytes.subarray(3, 5)
      const stream = bytes.readUInt32BE(5) & 0x7fffffff
      const payload = bytes.subarray(HEAD_BYTES, length)
      bytes = bytes.subarray(length)
      onFrame(type, flags, stream, payload)
    }
  })
}
