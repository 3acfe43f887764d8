/**
 * The health of a worker over HTTP, for whoever keeps it running: one word without a token. `/livez` says that its loop turns, and
 * nothing about the broker, because a worker that is ended in an outage loses what it keeps. `/readyz` says that a run could use it.
 */
import { createServer, type Server } from 'node:http'
import { HarnessError, messageOf } from '../../base/errors.ts'

export interface HealthAddress {
  readonly host: string
  readonly port: number
}

/** The words of `/readyz`; only `idle` is ready. */
export type Readiness = 'idle' | 'busy' | 'no broker'

export interface HealthServer {
  /** The port that it listens on. */
  readonly port: number
  close(): Promise<void>
}

/** @throws HarnessError USAGE for an address that cannot be listened on */
export async function serveHealth(
  { host, port }: HealthAddress,
  readiness: () => Readiness,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const [status, word] = answerTo(request.url ?? '', readiness)
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${word}\n`)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve)
    })
  } catch (cause) {
    throw new HarnessError('USAGE', `--health: ${messageOf(cause)}`, {
      cause,
      hint: 'Give an address of this machine and a port that is free, for example --health 127.0.0.1:9465.',
    })
  }
  return { port: portOf(server), close: () => closed(server) }
}

function answerTo(path: string, readiness: () => Readiness): readonly [status: number, word: string] {
  if (path === '/livez') return [200, 'live']
  if (path !== '/readyz') return [404, 'there are /livez and /readyz']
  const word = readiness()
  return [word === 'idle' ? 200 : 503, word]
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
