/** Puts a dashboard on a port. */
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Clock } from '../../base/clock.ts'
import { HarnessError, messageOf, systemCodeOf } from '../../base/errors.ts'
import { type ListenAddress, urlOf } from './address.ts'
import type { Dashboard } from './server.ts'

/** Connections at once: pages, their streams, and what comes uninvited. */
const CONNECTIONS_MAX = 256
/** Limits of a connection: a request that is not whole in time ends it, and so does idleness. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}

type HttpServer = Extract<ServerType, { closeAllConnections(): void; keepAliveTimeout: number }>
type AddressInfo = Exclude<ReturnType<HttpServer['address']>, string | null>

/** Interval in which a closing server looks for connections that nobody uses any more. */
const LOOK_MS = 20

export interface ListeningDashboard {
  /** The address that it got: the port that was found, when any would do. */
  readonly address: ListenAddress
  /** Answers nobody new; what is being answered may take `withinMs`. */
  close(withinMs: number): Promise<void>
}

/** @throws HarnessError DASHBOARD_UNAVAILABLE when nobody can listen there */
export async function listenAt(
  { app }: Dashboard,
  address: ListenAddress,
  clock: Clock,
): Promise<ListeningDashboard> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: LIMITS }) as HttpServer
  makeRoom(server, CONNECTIONS_MAX)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(unavailable(address, cause)))
    server.listen(address.port, address.host, resolve)
  })
  // What becomes of a connection later is no concern of the run.
  server.on('error', () => undefined)
  const { port } = server.address() as AddressInfo
  return {
    address: { host: address.host, port },
    close: (withinMs) =>
      new Promise((resolve) => {
        const cancels = [
          clock.every(LOOK_MS, () => server.closeIdleConnections()),
          clock.after(withinMs, () => server.closeAllConnections()),
        ]
        server.close(() => {
          for (const cancel of cancels) cancel()
          resolve()
        })
      }),
  }
}

/**
 * Lets whoever comes in: when all places are taken, the connection that has waited longest without a request gives up its
 * own. A server that refuses the newest instead is shut by anybody who opens enough connections and says nothing.
 */
function makeRoom(server: HttpServer, placesMax: number): void {
  const waiting = new Set<{ destroy(): unknown }>()
  let openCount = 0
  server.on('connection', (socket) => {
    openCount++
    waiting.add(socket)
    socket.once('close', () => {
      openCount--
      waiting.delete(socket)
    })
    if (openCount <= placesMax) return
    const [longest = socket] = waiting
    longest.destroy()
  })
  server.on('request', (request, response) => {
    const { socket, method = '' } = request
    const isWhole = () => waiting.delete(socket)
    // What is posted is no request before its end has come.
    if (['GET', 'HEAD'].includes(method)) isWhole()
    else request.once('end', isWhole)
    response.once('close', () => {
      if (!socket.destroyed) waiting.add(socket)
    })
  })
}

function unavailable(address: ListenAddress, cause: unknown): HarnessError {
  const why = systemCodeOf(cause) === 'EADDRINUSE' ? 'the port is in use' : messageOf(cause)
  return new HarnessError(
    'DASHBOARD_UNAVAILABLE',
    `the dashboard cannot listen on ${urlOf(address)}: ${why}`,
    {
      cause,
      hint: hintFor(systemCodeOf(cause)),
    },
  )
}

function hintFor(code: string | undefined): string {
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL')
    return 'Give an address of this machine: 127.0.0.1, or 0.0.0.0 for all.'
  if (code === 'EACCES') return 'Ports below 1024 are for root: choose a higher one.'
  return 'Choose another port, or 0: a free one is found.'
}
