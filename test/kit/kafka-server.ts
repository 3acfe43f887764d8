/** A broker that says what a test wants it to: just enough of the protocol for a producer, and nothing that is kept. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

const PRODUCE = 0
const METADATA = 3
const API_VERSIONS = 18
const SASL_HANDSHAKE = 17
const SASL_AUTHENTICATE = 36
/** Versions that it speaks, one of each request. */
const VERSIONS: Readonly<Record<number, number>> = {
  [PRODUCE]: 3,
  [METADATA]: 4,
  [API_VERSIONS]: 2,
  [SASL_HANDSHAKE]: 1,
  [SASL_AUTHENTICATE]: 0,
}
const NODE = 1

/** What it does with messages: answers with an error code, 0 for none, or not at all, hangs up, or sends these bytes. */
export type ProduceAnswer = number | 'silent' | 'cut' | Buffer

export interface KafkaScript {
  readonly produce?: (topic: string) => ProduceAnswer | Promise<ProduceAnswer>
  /** Error code of a topic in the list of partitions. */
  readonly topicError?: (topic: string) => number
  /** The node that leads the partitions; -1 = none. */
  readonly leader?: number
  /** Where it says that it is. */
  readonly host?: string
  /** The only login that it takes. */
  readonly login?: { readonly user: string; readonly password: string }
  readonly tls?: TlsOptions
  /** Says this to whoever connects, and nothing else. */
  readonly greeting?: Buffer
  /** Takes connections and never answers. */
  readonly isDeaf?: boolean
}

export class ScriptedKafka {
  readonly #script: KafkaScript
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Topics that messages were sent to, one for each request. */
  readonly produced: string[] = []
  /** Kinds of the requests that were read. */
  readonly asked: number[] = []
  port = 0

  constructor(script: KafkaScript) {
    this.#script = script
    const accept = (socket: Socket) => this.#accept(socket)
    this.#server = script.tls === undefined ? createServer(accept) : createTlsServer(script.tls, accept)
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: Socket): void {
    let read = Buffer.alloc(0)
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    const { greeting, isDeaf = false } = this.#script
    if (greeting !== undefined) socket.write(greeting)
    socket.on('data', (bytes) => {
      if (greeting !== undefined || isDeaf) return
      read = Buffer.concat([read, bytes])
      while (read.length >= 4 && read.length >= 4 + read.readInt32BE(0)) {
        const frame = read.subarray(4, 4 + read.readInt32BE(0))
        read = read.subarray(4 + frame.length)
        void this.#answer(socket, new Reader(frame))
      }
    })
  }

  async #answer(socket: Socket, request: Reader): Promise<void> {
    const [api, , number] = [request.int16(), request.int16(), request.int32()]
    request.text()
    this.asked.push(api)
    const body = api === PRODUCE ? await this.#produced(socket, request) : this.#answerTo(api, request)
    if (body === null) return
    const frame = Buffer.concat([int32(number), body])
    socket.write(Buffer.concat([int32(frame.length), frame]))
  }

  #answerTo(api: number, request: Reader): Buffer {
    if (api === METADATA) return this.#metadata(request)
    if (api === SASL_HANDSHAKE) return Buffer.concat([int16(0), list([text('PLAIN')])])
    if (api === SASL_AUTHENTICATE) return this.#login(request)
    const versions = Object.entries(VERSIONS).map(([key, version]) =>
      Buffer.concat([int16(Number(key)), int16(version), int16(version)]),
    )
    return Buffer.concat([int16(0), list(versions), int32(0)])
  }

  #login(request: Reader): Buffer {
    const [, user, password] = request.bytes().toString().split('\0')
    const { login } = this.#script
    const isRight = user === login?.user && password === login?.password
    return Buffer.concat([int16(isRight ? 0 : 58), text(isRight ? '' : 'that is not the password'), int32(0)])
  }

  #metadata(request: Reader): Buffer {
    const { topicError = () => 0, leader = NODE, host = '127.0.0.1' } = this.#script
    const topics = Array.from({ length: Math.max(0, request.int32()) }, () => request.text())
    const partition = Buffer.concat([
      int16(0),
      int32(0),
      int32(leader),
      list([int32(NODE)]),
      list([int32(NODE)]),
    ])
    return Buffer.concat([
      int32(0),
      list([Buffer.concat([int32(NODE), text(host), int32(this.port), int16(-1)])]),
      int16(-1),
      int32(NODE),
      list(
        topics.map((topic) =>
          Buffer.concat([int16(topicError(topic)), text(topic), Buffer.from([0]), list([partition])]),
        ),
      ),
    ])
  }

  async #produced(socket: Socket, request: Reader): Promise<Buffer | null> {
    request.text()
    const acks = request.int16()
    request.int32()
    request.int32()
    const topic = request.text()
    this.produced.push(topic)
    const answer = (await this.#script.produce?.(topic)) ?? 0
    if (answer === 'cut') socket.destroy()
    else if (Buffer.isBuffer(answer)) socket.write(answer)
    if (typeof answer !== 'number' || acks === 0) return null
    const partition = Buffer.concat([int32(0), int16(answer), int64(0), int64(-1)])
    return Buffer.concat([list([Buffer.concat([text(topic), list([partition])])]), int32(0)])
  }
}

/** A scripted broker for the time of the body. */
export async function withKafkaScript(
  script: KafkaScript,
  body: (broker: ScriptedKafka) => Promise<void>,
): Promise<void> {
  const broker = new ScriptedKafka(script)
  await broker.listen()
  try {
    await body(broker)
  } finally {
    await broker.close()
  }
}

/** Reads the parts of a request one after the other. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int16(): number {
    this.#at += 2
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  text(): string {
    return this.#take(this.int16()).toString()
  }

  bytes(): Buffer {
    return this.#take(this.int32())
  }

  #take(length: number): Buffer {
    const from = this.#at
    this.#at += Math.max(0, length)
    return this.#bytes.subarray(from, this.#at)
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}

function list(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items])
}
