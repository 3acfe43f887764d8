/** Small HTTP servers that answer as OPA, Consul and Vault do, for one test. The real programs are not needed. */
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHttpServer } from './servers.ts'

/** An answer, and how long it takes. */
interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  readonly waitMs?: number
}

const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) })

/** Decisions of OPA: the action `forbidden` is denied, and a package that nobody wrote is undefined. They take 5 to 25 ms. */
function opaAnswers(): (request: IncomingMessage, body: string) => Answer {
  let count = 0
  return ({ method, url = '' }, body) => {
    if (url.startsWith('/health')) return json({})
    if (method !== 'POST' || !url.startsWith('/v1/data/'))
      return json({ code: 'resource_not_found', message: 'storage_not_found_error' }, 404)
    const { input } = JSON.parse(body) as { input?: { action?: string } }
    const known = url.startsWith('/v1/data/governance')
    const decision = {
      decision_id: `decision-${count}`,
      ...(known && { result: input?.action !== 'forbidden' }),
    }
    return { ...json(decision), waitMs: 5 + ((count++ * 7) % 20) }
  }
}

/** Keys of Consul; a request without the token is refused. */
function consulAnswers(token: string): (request: IncomingMessage, body: string) => Answer {
  const values = new Map<string, string>()
  return ({ method, url = '', headers }, body) => {
    if (url.startsWith('/v1/status/leader')) return json('127.0.0.1:8300')
    if (headers['x-consul-token'] !== token) return { status: 403, body: 'Permission denied' }
    const key = new URL(url, 'http://consul').pathname.replace('/v1/kv/', '')
    if (method === 'PUT') {
      values.set(key, body)
      return json(true)
    }
    const value = values.get(key)
    if (value === undefined) return { status: 404, body: '' }
    return {
      ...json([{ Key: key, Value: Buffer.from(value).toString('base64') }]),
      headers: { 'x-consul-index': '7' },
    }
  }
}

/** The state of a Vault that a test fills and reads. */
export interface VaultState {
  /** Fields by path of a secret of the second version of its key-value engine. */
  readonly secrets: Map<string, Readonly<Record<string, string>>>
  /** The only token that it takes. */
  readonly token: string
  /** Reads of secrets that it answered. */
  reads: number
  /** Renewals of the token that it answered. */
  renewals: number
}

export function aVault(token: string): VaultState {
  return { secrets: new Map(), token, reads: 0, renewals: 0 }
}

function vaultAnswers(vault: VaultState): (request: IncomingMessage) => Answer {
  return ({ method, url = '', headers }) => {
    if (url.startsWith('/v1/sys/health')) return json({ initialized: true, sealed: false })
    if (headers['x-vault-token'] !== vault.token) return json({ errors: ['permission denied'] }, 403)
    if (method === 'POST' && url === '/v1/auth/token/renew-self') {
      vault.renewals++
      return json({ auth: { lease_duration: 3600 } })
    }
    const data = vault.secrets.get(url.replace('/v1/', ''))
    if (method !== 'GET' || data === undefined) return json({ errors: [] }, 404)
    vault.reads++
    return json({
      request_id: 'r',
      lease_duration: 0,
      renewable: false,
      data: { data, metadata: { version: 1 } },
    })
  }
}

/** A server with these answers that is gone after the body. */
async function serve(
  answerTo: (request: IncomingMessage, body: string) => Answer,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const server = await startHttpServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const answer = answerTo(request, Buffer.concat(chunks).toString())
    if (answer.waitMs !== undefined) await sleep(answer.waitMs)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body)
  })
  try {
    await body(server.url)
  } finally {
    await server.close()
  }
}

/** An OPA that is gone after the body. */
export function withOpa(body: (url: string) => Promise<void>): Promise<void> {
  return serve(opaAnswers(), body)
}

/** A Consul that takes one token. */
export function withConsul(token: string, body: (url: string) => Promise<void>): Promise<void> {
  return serve(consulAnswers(token), body)
}

/** A Vault in this state. */
export function withVault(vault: VaultState, body: (url: string) => Promise<void>): Promise<void> {
  return serve(vaultAnswers(vault), body)
}
