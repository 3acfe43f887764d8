import { messageOf } from '../../base/errors.ts'
import type { Failure } from '../failure.ts'
import type { Endpoint } from './endpoint.ts'
import { targetOf } from './location.ts'

/** The next request of a chain. */
export interface Hop {
  readonly method: string
  readonly path: string
  readonly keepsBody: boolean
}

/** Returns true for a redirect status. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/**
 * Returns the request that a redirect leads to, within the origin of the target. 303 becomes GET without a body, and so does a
 * POST that gets 301 or 302; everything else is sent again as it was (RFC 9110 section 15.4, fetch). HEAD stays HEAD.
 */
export function nextHop(
  redirect: { readonly status: number; readonly location: string },
  from: { readonly method: string; readonly path: string },
  { origin }: Pick<Endpoint, 'origin'>,
): Hop | Failure {
  const { status, location } = redirect
  const base = origin + from.path
  if (!URL.canParse(location, base))
    return { kind: 'protocol', text: `redirect to '${location}', which is no URL` }
  const becomesGet = status === 303 || (status <= 302 && from.method === 'POST')
  const method = becomesGet && from.method !== 'HEAD' ? 'GET' : from.method
  try {
    return { method, path: targetOf(new URL(location, base), origin), keepsBody: !becomesGet }
  } catch (thrown) {
    return { kind: 'protocol', text: `redirect: ${messageOf(thrown)}` }
  }
}
