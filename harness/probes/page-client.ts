/** Fetches small pages for a probe: no longer than two seconds, no larger than 16 MiB, no redirect followed, never in the way of ending. */
import type { Agent, request } from 'undici'
import { lookupFor } from '../base/loopback.ts'
import type { resilient } from '../base/resilience.ts'

const LIMIT_MS = 2_000
const PAGE_BYTES_MAX = 16 * 1024 ** 2

export interface Page {
  readonly status: number
  readonly text: string
}

/** The HTTP client of one probe. */
export interface PageClient {
  /** Gets a page; rejects when there is no complete answer in time. */
  get(url: URL): Promise<Page>
  close(): void
}

export function createPageClient(headers: Readonly<Record<string, string>>): PageClient {
  let connection: Promise<Connection> | null = null
  return {
    async get(url) {
      connection ??= connect()
      const { agent, request, policy } = await connection
      return policy.execute(async ({ signal }) => {
        const { statusCode, body } = await request(url, {
          dispatcher: agent,
          headers: { ...headers },
          signal,
        })
        return { status: statusCode, text: await textWithin(body) }
      })
    },
    close() {
      void connection?.then(({ agent }) => agent.destroy())
    },
  }
}

interface Connection {
  readonly agent: Agent
  readonly request: typeof request
  readonly policy: ReturnType<typeof resilient>
}

/** Made when the first page is asked for: whoever only names a probe does not pay for its libraries. */
async function connect(): Promise<Connection> {
  const { Agent, buildConnector, request } = await import('undici')
  const { resilient } = await import('../base/resilience.ts')
  const agent = new Agent({
    connections: 1,
    connect: (options, callback) => {
      const lookup = lookupFor(options.hostname)
      buildConnector(lookup === undefined ? {} : { lookup })(options, callback)
    },
  })
  // Asked again a second later anyway.
  return {
    agent,
    request,
    policy: resilient({ attempts: 1, timeoutMs: LIMIT_MS, pauseMs: 1, breaker: null }),
  }
}

async function textWithin(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > PAGE_BYTES_MAX) throw new Error(`the page is larger than ${PAGE_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
