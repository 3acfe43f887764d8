/**
 * Loopback is an address. `localhost` is a name that a hosts file may give to any machine, so it is resolved before it is
 * trusted.
 */
import { type LookupAddress, lookup } from 'node:dns'
import { isIP, isIPv4, type LookupFunction } from 'node:net'

/** Resolves the addresses of a host. Rejects with the system's error when it has none. */
export type AddressesOf = (host: string) => Promise<readonly string[]>

/** Returns true for a host written as loopback: 127.0.0.0/8, ::1, or `localhost` names. With or without brackets. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host)
  return isLocalName(bare) || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'))
}

/** Removes the brackets of a host and lowers its case. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase()
}

/** Asks the system resolver, which reads the hosts file first. */
export function addressesOf(host: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) =>
    lookup(host, { all: true }, (error, found) =>
      error === null ? resolve(found.map(({ address }) => address)) : reject(error),
    ),
  )
}

/** Returns the addresses of a host that are not loopback. Rejects with the system's error when it has none. */
export async function beyondLoopback(
  host: string,
  resolve: AddressesOf = addressesOf,
): Promise<readonly string[]> {
  const bare = bareHost(host)
  const found = isIP(bare) === 0 ? await resolve(bare) : [bare]
  return found.filter((address) => !isLoopback(address))
}

/** Returns the lookup function for sockets to a host; undefined for the system's default. */
export function lookupFor(host: string): LookupFunction | undefined {
  return isLocalName(bareHost(host)) ? lookupOnLoopback : undefined
}

/** Finds loopback addresses and no others. */
const lookupOnLoopback: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, [])
    const local = found.filter(({ address }) => isLoopback(address))
    const [first] = local
    if (first === undefined) return callback(notOnLoopback(host, found), [])
    if (options.all === true) return callback(null, local)
    callback(null, first.address, first.family)
  })
}

function notOnLoopback(host: string, found: readonly LookupAddress[]): NodeJS.ErrnoException {
  const where = found.map(({ address }) => address).join(', ')
  return Object.assign(new Error(`${host} is ${where} on this machine, not loopback`), {
    code: 'ENOTLOOPBACK',
    syscall: 'getaddrinfo',
  })
}

function isLocalName(bare: string): boolean {
  return bare === 'localhost'
}
