/** An endpoint that Prometheus scrapes. It shows the last batch, and lives on after the run until its end was scraped or nobody came. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type * as z from 'zod'
import type { Clock } from '../../base/clock.ts'
import { HarnessError, type HarnessErrorDetails, messageOf, systemCodeOf } from '../../base/errors.ts'
import { bareHost, isLoopback } from '../../base/loopback.ts'
import { parseDurationMs } from '../../base/units.ts'
import type { MetricBatch } from '../../model/metric-point.ts'
import type { Output, OutputContext } from '../../ports/output.ts'
import { CONTENT_TYPES, openmetricsText, textFormatFor } from './openmetrics-text.ts'
import type { prometheusSettings } from './settings.ts'

type Settings = z.output<typeof prometheusSettings>

/** @throws HarnessError OUTPUT_UNAVAILABLE */
export async function openPrometheus(
  { listen, token: given, linger }: Settings,
  { clock, env }: OutputContext,
): Promise<Output> {
  const { host, port } = addressOf(listen)
  const rules = { token: given ?? env['PROOFLOAD_METRICS_TOKEN'] ?? null, isLocal: isLoopback(host) }
  if (!rules.isLocal && rules.token === null)
    throw unavailable(listen, 'beyond loopback a scrape has to carry a token', {
      hint: 'Set PROOFLOAD_METRICS_TOKEN, or listen on 127.0.0.1.',
    })
  let batch: MetricBatch = { points: [], startMs: clock.wallMs(), atMs: clock.wallMs() }
  const end = new EndOfRun(clock)
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, rules)
    if (refusal !== null) return void response.writeHead(refusal.status).end(`${refusal.why}\n`)
    const format = textFormatFor(request.headers.accept)
    const hasEnd = end.isThere
    response.setHeader('content-type', CONTENT_TYPES[format])
    response.end(openmetricsText(batch, format), () => {
      if (hasEnd) end.wasRead()
    })
  })
  await listening(server, { host, port }, listen)
  return {
    send(latest) {
      batch = latest
      return Promise.resolve()
    },
    finish({ batch: last }) {
      batch = last
      end.isThere = true
      return Promise.resolve()
    },
    async close(signal) {
      if (end.isThere) await end.read(parseDurationMs(linger), signal)
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

/** The last figures of a run, for which a scrape is waited. */
class EndOfRun {
  isThere = false
  #isRead = false
  #onRead: () => void = () => undefined
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wasRead(): void {
    this.#isRead = true
    this.#onRead()
  }

  /** Resolves when it was read, the time is up, or the signal aborts. */
  read(withinMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isRead || withinMs === 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const over = () => {
        cancel()
        signal.removeEventListener('abort', over)
        resolve()
      }
      const cancel = this.#clock.after(withinMs, over)
      signal.addEventListener('abort', over)
      this.#onRead = over
    })
  }
}

interface Rules {
  /** Null: everybody on this machine may look. */
  readonly token: string | null
  readonly isLocal: boolean
}

/** Null lets it through. A foreign name that resolves to loopback (DNS rebinding) is not ours. */
function refusalOf(
  { method, url, headers }: IncomingMessage,
  { token, isLocal }: Rules,
): { readonly status: number; readonly why: string } | null {
  const host = URL.canParse(`http://${headers.host}`) ? new URL(`http://${headers.host}`).hostname : ''
  if (isLocal && !isLoopback(host))
    return { status: 403, why: 'this endpoint answers only to 127.0.0.1, [::1] and localhost' }
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token !== null && (bearer === undefined || !isSame(bearer, token)))
    return { status: 401, why: 'this endpoint requires its token: Authorization: Bearer ...' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, why: 'this takes GET only' }
  return new URL(url ?? '/', 'http://localhost').pathname === '/metrics'
    ? null
    : { status: 404, why: 'figures are at /metrics' }
}

/** Compares in the same time whatever was given. */
function isSame(given: string, wanted: string): boolean {
  const digestOf = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digestOf(given), digestOf(wanted))
}

function addressOf(listen: string): { readonly host: string; readonly port: number } {
  const at = listen.lastIndexOf(':')
  return { host: at < 0 ? '127.0.0.1' : bareHost(listen.slice(0, at)), port: Number(listen.slice(at + 1)) }
}

async function listening(
  server: Server,
  { host, port }: ReturnType<typeof addressOf>,
  listen: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const isTaken = systemCodeOf(cause) === 'EADDRINUSE'
      const hint = 'Choose another port or address: --output prometheus=9465.'
      reject(unavailable(listen, isTaken ? 'the port is in use' : messageOf(cause), { cause, hint }))
    })
    server.listen(port, host, resolve)
  })
  // What becomes of a connection later is no concern of the run.
  server.on('error', () => undefined)
}

function unavailable(listen: string, why: string, details: HarnessErrorDetails): HarnessError {
  return new HarnessError('OUTPUT_UNAVAILABLE', `figures cannot be scraped at ${listen}: ${why}`, details)
}
