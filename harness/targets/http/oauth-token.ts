/** A token of OAuth 2 (client credentials): fetched before the load, and again before it expires. Its server is no part of the load. */
import { beginningOf } from '../../base/beginning-of.ts'
import type { CancelTimer } from '../../base/clock.ts'
import { connectionFailureOf, HarnessError, messageOf } from '../../base/errors.ts'
import { lookupFor } from '../../base/loopback.ts'
import type { DriverContext } from '../../ports/target.ts'
import { trustedAuthorities } from '../server-config.ts'
import type { OAuth2Config } from './auth-schema.ts'
import type { HttpConfig } from './schema.ts'

const LIMIT_MS = 10_000
const ANSWER_BYTES_MAX = 64 * 1024
/** A token is renewed after this part of its life. */
const RENEWED_AFTER_RATIO = 0.8
/** The time until a renewal that failed is tried again. */
const AGAIN_MS = 5_000
const LIFE_MS_MAX = 24 * 3_600_000
/** The name under which a renewal that failed is counted. */
const STEP = 'oauth2 token'

export interface LiveToken {
  /** The token as it is now. */
  readonly value: string
  /** Fetches the first one. @throws HarnessError TARGET_UNREACHABLE */
  ready(): Promise<void>
  close(): void
}

/** @param config filled with its secrets */
export function openToken(
  config: OAuth2Config,
  tls: HttpConfig['tls'],
  { clock, events }: Pick<DriverContext, 'clock' | 'events'>,
): LiveToken {
  let value = ''
  let isOver = false
  let cancel: CancelTimer = () => undefined
  const fetchNow = async (): Promise<void> => {
    const { token, expiresInS } = await fetchToken(config, tls)
    value = token
    if (expiresInS === null || isOver) return
    cancel = clock.after(Math.min(expiresInS * 1000, LIFE_MS_MAX) * RENEWED_AFTER_RATIO, renew)
  }
  const renew = (): void =>
    void fetchNow().catch((error: unknown) => {
      if (isOver) return
      events.fault(STEP, 'refused', messageOf(error))
      cancel = clock.after(AGAIN_MS, renew)
    })
  return {
    get value() {
      return value
    },
    async ready() {
      try {
        await fetchNow()
      } catch (cause) {
        throw new HarnessError('TARGET_UNREACHABLE', messageOf(cause), {
          cause,
          hint: 'Check tokenUrl, clientId and clientSecret of auth.oauth2, and whether the server wants them in the body (credentialsIn).',
        })
      }
    },
    close() {
      isOver = true
      cancel()
    },
  }
}

interface FetchedToken {
  readonly token: string
  /** Null: it does not expire, as far as the server says. */
  readonly expiresInS: number | null
}

async function fetchToken(
  { tokenUrl, clientId, clientSecret, scope, fields = {}, credentialsIn }: OAuth2Config,
  { ca, verify }: HttpConfig['tls'],
): Promise<FetchedToken> {
  const { Agent, request } = await import('undici')
  const inHeader = credentialsIn === 'header'
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
    ...(inHeader ? {} : { client_id: clientId, client_secret: clientSecret }),
    ...fields,
  })
  // Each is escaped as in a form before they are joined (RFC 6749 section 2.3.1).
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const lookup = lookupFor(new URL(tokenUrl).hostname)
  const dispatcher = new Agent({
    connect: {
      rejectUnauthorized: verify,
      ...(ca === undefined ? {} : { ca: trustedAuthorities(ca) }),
      ...(lookup === undefined ? {} : { lookup }),
    },
  })
  try {
    const { statusCode, body } = await request(tokenUrl, {
      dispatcher,
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(inHeader ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {}),
      },
      body: form.toString(),
      signal: AbortSignal.timeout(LIMIT_MS),
    }).catch((cause: unknown) => {
      throw new Error(`${tokenUrl} gave no token: ${connectionFailureOf(cause, 'no answer')}`, { cause })
    })
    return readToken(tokenUrl, statusCode, await beginningOf(body, ANSWER_BYTES_MAX))
  } finally {
    await dispatcher.destroy()
  }
}

/** @throws Error that says why there is none, without the answer, which may hold one */
function readToken(tokenUrl: string, status: number, text: string): FetchedToken {
  const answer = jsonOf(text)
  const { access_token: token, expires_in: expiresIn, error } = answer
  if (status !== 200 || typeof token !== 'string' || token === '') {
    const why = typeof error === 'string' ? `: ${error.slice(0, 100)}` : ''
    throw new Error(`${tokenUrl} gave no token: status ${status}${why}`)
  }
  const seconds = Number(expiresIn)
  return { token, expiresInS: Number.isFinite(seconds) && seconds > 0 ? seconds : null }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    // Whatever it is, it holds no token.
    return {}
  }
}
