/** Addresses of Redis and Valkey servers; separate from the connection, so that reading one does not load the client. */
import { HarnessError } from './errors.ts'

/** Returns true for the URL of a server: `redis://` or, with TLS, `rediss://`. */
export function isRedisLocation(location: string): boolean {
  return /^rediss?:\/\//.test(location)
}

/** Returns the address without password and query, for people. @throws HarnessError USAGE when it is not an address */
export function shownRedisLocation(location: string): string {
  if (!URL.canParse(location))
    throw new HarnessError('USAGE', 'the address of the Redis server is not a URL', {
      hint: 'Write it as redis://user:password@host:6379/0 (rediss:// with TLS), with special characters of the password percent-encoded, e.g. @ as %40.',
    })
  const url = new URL(location)
  if (url.password !== '') url.password = '***'
  url.search = ''
  return url.href
}
