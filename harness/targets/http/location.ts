/** Locations that answers give: only those within the origin of the target are followed. */
import { encodeIllegal } from './url-encoding.ts'

/** A location on another origin: load goes to no host, and no port, that was not named. */
export class ForeignLocation extends Error {
  override readonly name = 'ForeignLocation'

  constructor(location: string, origin: string) {
    super(`${location} is not followed: load goes only to ${origin}`)
  }
}

/**
 * The request target of a location that an answer gave: absolute, or a path. @throws ForeignLocation for another origin
 */
export function pathOfLocation(location: string, origin: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(location)
  const [path = ''] = location.split('#', 1)
  if (!absolute) return encodeIllegal(path.startsWith('/') ? path : `/${path}`)
  if (!URL.canParse(location, origin)) throw new ForeignLocation(location, origin)
  return targetOf(new URL(location, origin), origin)
}

/** Path and query of a URL of the origin. @throws ForeignLocation */
export function targetOf(url: URL, origin: string): string {
  // The origin of a blob: URL is that of the URL in it; its path is no path of ours.
  if (url.origin !== origin || !/^https?:$/.test(url.protocol)) throw new ForeignLocation(url.href, origin)
  return url.pathname + url.search
}
