import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { LOCALHOST_TLS } from './tls.ts'

/** A server of HTTP/2 on loopback. */
export interface Http2Server {
  readonly url: string
  /** Sessions opened so far. */
  readonly sessionCount: number
  /** Headers of the requests as they came. */
  readonly requests: readonly IncomingHttpHeaders[]
}

/** Answers one request; `place` counts from 0. */
export type OnStream = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  place: number,
  session: ServerHttp2Session,
) => void

/** A server that is gone, sessions included, after the body. Without TLS unless `secure`. */
export async function withHttp2Server(
  onStream: OnStream,
  body: (server: Http2Server) => Promise<void>,
  { secure = false } = {},
): Promise<void> {
  const server = secure ? createSecureServer(LOCALHOST_TLS) : createServer()
  const sessions = new Set<ServerHttp2Session>()
  const requests: IncomingHttpHeaders[] = []
  let sessionCount = 0
  server.on('session', (session) => {
    sessionCount++
    sessions.add(session)
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    requests.push(headers)
    onStream(stream, headers, requests.length - 1, stream.session as ServerHttp2Session)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body({
      url: `http${secure ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requests,
      get sessionCount() {
        return sessionCount
      },
    })
  } finally {
    for (const session of sessions) session.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}
