/** Addresses of Redis and Valkey servers; apart from the connection, so that who has none need not load the client. */
import { HarnessError } from './errors.ts'

/** Whether this names a server: `redis://` or, with TLS, `rediss://`. */
export function isRedisLocation(location: string): boolean {
  return /^rediss?:\/\//.test(location)
}

/** The address as people may see it: without password and query. @throws HarnessError USAGE when it is none */
export function shownRedisLocation(location: string): string {
  if (!URL.canParse(location))
    throw new HarnessError('USAGE', 'the address of the Redis server is not a URL', {
      hint: 'Write it as redis://user:password@host:6379/0 (rediss:// with TLS), special characters of the password as %40.',
    })
  const url = new URL(location)
  if (url.password !== '') url.password = '***'
  url.search = ''
  return url.href
}
