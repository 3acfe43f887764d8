import type { Endpoint } from './endpoint.ts'
import type { Failure } from './failure.ts'

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
 * Returns the request that a redirect leads to. Only within the origin of the target: load goes to no host (and no port) that was
 * not named. 301, 302 and 303 become GET without a body (HEAD stays HEAD); 307 and 308 keep both.
 */
export function nextHop(
  redirect: { readonly status: number; readonly location: string },
  from: { readonly method: string; readonly path: string },
  endpoint: Endpoint,
): Hop | Failure {
  const { status, location } = redirect
  const base = endpoint.origin + from.path
  if (!URL.canParse(location, base))
    return { kind: 'protocol', text: `redirect to '${location}', which is no URL` }
  const url = new URL(location, base)
  if (url.origin !== endpoint.origin)
    return {
      kind: 'protocol',
      text: `redirect to ${url.origin} not followed: load goes only to ${endpoint.origin}`,
    }
  const keepsBody = status === 307 || status === 308
  const method = keepsBody || from.method === 'HEAD' ? from.method : 'GET'
  return { method, path: url.pathname + url.search, keepsBody }
}
