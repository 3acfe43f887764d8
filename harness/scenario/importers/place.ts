/** URLs as imported files write them, taken apart to a server and a path. */

/** A server, null where the URL names none, and the path with its query. */
export interface Place {
  readonly server: string | null
  readonly path: string
  /** `name:password` of the URL; null for none. */
  readonly userInfo: string | null
}

const ABSOLUTE = /^(https?:\/\/)(?:([^/?#@]*)@)?([^/?#]*)([\s\S]*)$/i

/** Takes a URL apart; variables in it stay as they are. */
export function placeOf(url: string): Place {
  const text = url.trim()
  const [, scheme, userInfo = null, host = '', rest = ''] = ABSOLUTE.exec(text) ?? []
  if (scheme === undefined || host === '') return { server: null, path: pathOf(text), userInfo: null }
  return {
    server: `${scheme.toLowerCase()}${host.includes('{{') ? host : host.toLowerCase()}`,
    path: pathOf(rest),
    userInfo,
  }
}

/** Begins with / or a variable; without a fragment. */
function pathOf(text: string): string {
  const path = text.replace(/(?<!\{)#[\s\S]*$/, '')
  return /^(\/|\{\{)/.test(path) ? path : `/${path}`
}

/** The part of a host name that its owner registered, more or less: `shop.example` of `www.shop.example`. */
export function siteOf(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/:\d+$/, '')
  if (/^[\d.]+$|^\[/.test(host)) return host
  const labels = host.split('.')
  const isShared = labels.length > 2 && /^(?:co|com|net|org|gov|ac|edu)$/.test(labels.at(-2) ?? '')
  return labels.slice(isShared ? -3 : -2).join('.')
}

/** The headers that a client makes itself, that are about one connection, or that only a browser sends. */
const OWN =
  /^(?::.*|host|connection|content-length|transfer-encoding|accept-encoding|accept-language|user-agent|referer|origin|keep-alive|proxy-.*|sec-.*|upgrade.*|cache-control|pragma|dnt|te|trailer|expect|priority|if-.*|x-forwarded-.*|via|forwarded|alt-used|purpose|postman-token|x-client-data|save-data|device-memory|downlink|rtt|ect|viewport-width|http2-settings)$/i

/** Tells a header that is not part of what was asked. */
export function isOwnHeader(name: string): boolean {
  return OWN.test(name)
}

/** Tells a name that may stand in a request. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}
