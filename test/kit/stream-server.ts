import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSystemClock } from '../../harness/base/clock.ts'
import { waitUntil } from '../../harness/targets/sandbox/honest-wait.ts'
import { startHttpServer } from './servers.ts'

/** What a stream does next: waits, writes, ends, or breaks off. */
export type Emission =
  | { readonly waitMs: number }
  | { readonly write: string | Buffer }
  | { readonly end: true }
  | { readonly reset: true }

/** A request as it came. */
export interface StreamRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** The head and the emissions of an answer. */
export interface StreamScript {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly emissions: readonly Emission[]
}

/** A server of streams that does what its test wrote. */
export interface StreamServer {
  readonly url: string
  readonly requests: readonly StreamRequest[]
  /** The instants of every write, ms of the clock of this thread. */
  readonly writtenMs: readonly number[]
}

const clock = createSystemClock()
const EVENTS = { 'content-type': 'text/event-stream' }

/** An event with data, as it is written. */
export function anEvent(data: unknown, name?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`
}

/** Writes of text, each after a pause. */
export function written(texts: readonly string[], waitMs = 0): Emission[] {
  return texts.flatMap((write) => (waitMs > 0 ? [{ waitMs }, { write }] : [{ write }]))
}

/** A stream server that is gone, connections included, after the body. */
export async function withStreamServer(
  answer: (request: StreamRequest, place: number) => StreamScript,
  body: (server: StreamServer) => Promise<void>,
): Promise<void> {
  const requests: StreamRequest[] = []
  const writtenMs: number[] = []
  const server = await startHttpServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const seen = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString() }
    requests.push(seen)
    await perform(answer(seen, requests.length - 1), response, writtenMs)
  })
  try {
    await body({ url: server.url, requests, writtenMs })
  } finally {
    await server.close()
  }
}

async function perform(
  { status = 200, headers = EVENTS, emissions }: StreamScript,
  response: ServerResponse,
  writtenMs: number[],
): Promise<void> {
  response.socket?.setNoDelay(true)
  response.writeHead(status, headers)
  response.flushHeaders()
  let dueMs = clock.nowMs()
  for (const emission of emissions) {
    if ('waitMs' in emission) {
      dueMs += emission.waitMs
      await waitUntil(clock, dueMs)
    } else if ('write' in emission) {
      writtenMs.push(clock.nowMs())
      response.write(emission.write)
    } else if ('end' in emission) response.end()
    else response.socket?.resetAndDestroy()
  }
}
