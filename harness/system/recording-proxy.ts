/** A reverse proxy that keeps what passes through it, in the form of a HAR. It changes no more than what names the proxy itself. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Clock, isoOf } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'

/** Longer bodies pass, and are not kept. */
const BODY_BYTES_MAX = 4 * 1024 ** 2
/** More requests pass, and are not kept. */
const ENTRIES_MAX = 20_000
/** Headers that are about one connection; what is compressed could not be looked into. */
const OF_CONNECTION =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|accept-encoding|content-encoding)$/i

/** A request and its answer, as a HAR has them. */
export interface RecordedEntry {
  readonly startedDateTime: string
  readonly time: number
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: readonly RecordedHeader[]
    readonly postData?: { readonly mimeType: string; readonly text: string }
  }
  readonly response: {
    readonly status: number
    readonly headers: readonly RecordedHeader[]
    readonly content: { readonly mimeType: string; readonly text: string }
  }
}

interface RecordedHeader {
  readonly name: string
  readonly value: string
}

export interface RecordingProxy {
  readonly url: string
  readonly entries: readonly RecordedEntry[]
  close(): Promise<void>
}

export interface ProxySettings {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Origin, perhaps with a base path. */
  readonly target: URL
  /** Called for each request that was answered. */
  readonly onEntry: (entry: RecordedEntry) => void
}

/** Rejects with the system's error when it cannot listen. */
export async function startRecordingProxy(settings: ProxySettings, clock: Clock): Promise<RecordingProxy> {
  const entries: RecordedEntry[] = []
  const server = createServer((asked, answer) => {
    void passOn(asked, answer, settings, clock).then((entry) => {
      if (entry === null || entries.length >= ENTRIES_MAX) return
      entries.push(entry)
      settings.onEntry(entry)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    entries,
    close: () => closed(server),
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Resolves with what passed; null when the target did not answer. */
async function passOn(
  asked: IncomingMessage,
  answer: ServerResponse,
  { target }: ProxySettings,
  clock: Clock,
): Promise<RecordedEntry | null> {
  const startedDateTime = isoOf(clock.wallMs())
  const beganMs = clock.nowMs()
  const own = `http://${asked.headers.host ?? ''}`
  const url = `${target.href.replace(/\/$/, '')}${asked.url ?? '/'}`
  const headers = forTarget(asked.headers, own, target)
  try {
    const body = await bytesOf(asked)
    const answered = await send(url, asked.method ?? 'GET', headers, body)
    const content = await bytesOf(answered)
    answer.writeHead(answered.statusCode ?? 502, forClient(answered.headers, own, target))
    answer.end(content)
    return {
      startedDateTime,
      time: clock.nowMs() - beganMs,
      request: {
        method: asked.method ?? 'GET',
        url,
        headers: headersOf(headers),
        ...(body.length === 0
          ? {}
          : { postData: { mimeType: asked.headers['content-type'] ?? '', text: textOf(body) } }),
      },
      response: {
        status: answered.statusCode ?? 0,
        headers: headersOf(answered.headers),
        content: { mimeType: answered.headers['content-type'] ?? '', text: textOf(content) },
      },
    }
  } catch (error) {
    if (!answer.headersSent) answer.writeHead(502, { 'content-type': 'text/plain' })
    answer.end(`proofload record: ${target.origin} cannot be reached: ${messageOf(error)}\n`)
    return null
  }
}

function send(
  url: string,
  method: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<IncomingMessage> {
  const open = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = open(url, { method, headers }, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Names of the proxy become those of the target. */
function forTarget(headers: IncomingHttpHeaders, own: string, target: URL): IncomingHttpHeaders {
  const entries = Object.entries(headers).filter(([name]) => !OF_CONNECTION.test(name))
  return {
    ...Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        /^(?:origin|referer)$/.test(name) && typeof value === 'string'
          ? value.replace(own, target.origin)
          : value,
      ]),
    ),
    host: target.host,
  }
}

/** Names of the target become those of the proxy; cookies are for whatever name it is reached by. */
function forClient(headers: IncomingHttpHeaders, own: string, target: URL): IncomingHttpHeaders {
  const { location, 'set-cookie': cookies, ...others } = headers
  const kept = Object.entries(others).filter(
    ([name]) => !OF_CONNECTION.test(name) && name !== 'strict-transport-security',
  )
  return {
    ...Object.fromEntries(kept),
    ...(location === undefined ? {} : { location: location.replace(target.origin, own) }),
    ...(cookies === undefined
      ? {}
      : {
          'set-cookie': cookies.map((cookie) => cookie.replace(/;\s*(?:Domain=[^;]*|Secure)(?=;|$)/gi, '')),
        }),
  }
}

function headersOf(headers: IncomingHttpHeaders): readonly RecordedHeader[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().flatMap((each) => (each === undefined ? [] : [{ name, value: each }])),
  )
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of message) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

function textOf(bytes: Buffer): string {
  return bytes.length > BODY_BYTES_MAX ? '' : bytes.toString('utf8')
}
