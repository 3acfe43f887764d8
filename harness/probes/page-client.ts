/**
 * Fetches small pages for a probe: within two seconds, up to 16 MiB, following no redirect, never delaying the end of the
 * process.
 */
import { Agent, buildConnector, request } from 'undici'
import { lookupFor } from '../base/loopback.ts'
import { resilient } from '../base/resilience.ts'

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
  const agent = new Agent({
    connections: 1,
    connect: (options, callback) => {
      const lookup = lookupFor(options.hostname)
      buildConnector(lookup === undefined ? {} : { lookup })(options, callback)
    },
  })
  // The next sample asks again a second later.
  const policy = resilient({ attempts: 1, timeoutMs: LIMIT_MS, pauseMs: 1, breaker: null })
  return {
    get(url) {
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
      void agent.destroy()
    },
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
