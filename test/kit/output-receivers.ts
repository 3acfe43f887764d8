/** Receivers of outputs: they keep what they are sent, as figures by name and labels. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs/minimal.js'
import * as snappy from 'snappyjs'
import { startHttpServer, type TestServer } from './servers.ts'
import { until } from './until.ts'

/** One POST. */
export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export interface Receiver extends TestServer {
  readonly received: Received[]
  /** Answers from now on; null: none at all. */
  answer: { readonly status: number; readonly text?: string } | null | 'reset'
}

/** Takes every POST. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = await startHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      received.push({ path: request.url ?? '', headers: request.headers, body })
      if (receiver.answer === 'reset') return void request.socket.destroy()
      if (receiver.answer !== null) response.writeHead(receiver.answer.status).end(receiver.answer.text)
    })
  })
  const receiver: Receiver = { ...server, received, answer: { status: 204 } }
  return receiver
}

export interface Datagrams {
  readonly address: string
  readonly lines: string[]
  /** Resolves when everything that was sent before has been taken: a datagram of its own comes after it. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

const MARK = 'caught up'

/** Takes datagrams, line by line. */
export async function startDatagrams(): Promise<Datagrams> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
  const lines: string[] = []
  socket.on('message', (message) => lines.push(...message.toString('utf8').split('\n')))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  return {
    address: `127.0.0.1:${port}`,
    lines,
    async caughtUp() {
      const sender = createSocket('udp4')
      sender.send(MARK, port, '127.0.0.1')
      await until(() => lines.includes(MARK))
      lines.splice(lines.indexOf(MARK), 1)
      sender.close()
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** One series of a remote write. */
export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>
  /** The names of labels in the order in which they came. */
  readonly order: readonly string[]
  readonly value: number
  readonly isStale: boolean
  readonly atMs: number
  /** Null for a sample. */
  readonly histogram: { readonly count: number; readonly sum: number; readonly schema: number } | null
}

type Fields = (reader: protobuf.Reader, field: number, kind: number) => void

function readFields(reader: protobuf.Reader, end: number, on: Fields): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    on(reader, tag >>> 3, tag & 7)
  }
}

function readMessage(reader: protobuf.Reader, on: Fields): void {
  const end = reader.uint32() + reader.pos
  readFields(reader, end, on)
}

const long = (value: number | { toNumber(): number }) =>
  typeof value === 'number' ? value : value.toNumber()

/** Decodes the body of a remote write by the numbers of its published schema. */
export function readRemoteWrite(body: Buffer): WrittenSeries[] {
  const all: WrittenSeries[] = []
  const bytes = Buffer.from(snappy.uncompress(body))
  const reader = new protobuf.Reader(bytes)
  readFields(reader, reader.len, (request, field, kind) => {
    if (field !== 1) return void request.skipType(kind)
    all.push(readSeries(request))
  })
  return all
}

function readSeries(request: protobuf.Reader): WrittenSeries {
  const labels: [string, string][] = []
  const series = { value: Number.NaN, isStale: false, atMs: 0, histogram: null as WrittenSeries['histogram'] }
  readMessage(request, (reader, field, kind) => {
    if (field === 1) {
      const pair: string[] = []
      readMessage(reader, (inner) => pair.push(inner.string()))
      labels.push(pair as [string, string])
    } else if (field === 2)
      readMessage(reader, (inner, of) => {
        if (of === 2) series.atMs = long(inner.int64() as never)
        else {
          const [low, high] = [inner.fixed32(), inner.fixed32()]
          series.isStale = low === 2 && high === 0x7ff00000
          series.value = Buffer.from(new Uint32Array([low, high]).buffer).readDoubleLE()
        }
      })
    else if (field === 4) {
      const found = { count: 0, sum: 0, schema: 0 }
      readMessage(reader, (inner, of, innerKind) => {
        if (of === 1) found.count = long(inner.uint64() as never)
        else if (of === 3) found.sum = inner.double()
        else if (of === 4) found.schema = inner.sint32()
        else if (of === 15) series.atMs = long(inner.int64() as never)
        else inner.skipType(innerKind)
      })
      series.histogram = found
      series.value = found.count
    } else reader.skipType(kind)
  })
  return { labels: Object.fromEntries(labels), order: labels.map(([name]) => name), ...series }
}

/** Decodes a body of OTLP in JSON. */
export function readOtlp({ body, headers }: Received): { readonly [key: string]: unknown } {
  return JSON.parse((headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8'))
}
