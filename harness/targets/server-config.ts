/** The settings that targets with a login have in common: an address, a password that is a secret, and TLS. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import * as z from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
import { fillSecrets } from '../base/fill-secrets.ts'
import { serverUrl } from '../base/server-url.ts'
import { readRegularTextSync } from '../system/files.ts'
import { tlsSchema } from './http/schema.ts'

const SECRET = /^(%7B%7B|\{\{)\s*secret\./i

/** The setting of a connection that may be encrypted. */
export const encryption = {
  /** Encrypts the connection. */
  tls: tlsSchema.optional().describe('Encrypts the connection, and says how the server proves who it is'),
}

/** The settings of a login over a connection that may be encrypted. */
export const loginSettings = {
  /** Password as it is; a secret. */
  password: z
    .string()
    .refine((text) => /^\{\{\s*secret\.[\w-]+\s*\}\}$/.test(text), "a secret: write secret('NAME')")
    .optional()
    .describe("Password: secret('NAME')"),
  ...encryption,
}

/** The settings of such a server. @param protocols without colon @param example of a URL */
export function serverSettings(protocols: readonly string[], example: string) {
  return {
    /** Address with user and database; may be, or hold, a secret. */
    url: serverUrl(protocols, example)
      .refine(
        holdsNoPlainPassword,
        "a password in a URL is shown in records: write password: secret('NAME') instead",
      )
      .describe('Address with user and database; may be, or hold, a secret'),
    ...loginSettings,
  }
}

/** The settings as parsed. */
export interface ServerSettings {
  readonly url: string
  readonly password?: string | undefined
  readonly tls?: { readonly verify: boolean; readonly ca?: string | undefined } | undefined
}

/** An address with everything that is needed to log in. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** The path of the URL without its slash: the database. */
  readonly database: string
  /** Null: not encrypted. */
  readonly tls: NamedTls | null
}

export interface ServerTls {
  readonly rejectUnauthorized: boolean
  /** Authorities to trust. Absent: those of Node.js. */
  readonly ca?: string[]
}

/** TLS with a server that is known by a name. */
export interface NamedTls extends ServerTls {
  /** The name or address that its certificate has to be for. */
  readonly host: string
  /** Absent for an address, which is no name to ask for. */
  readonly servername?: string
}

/** Returns the address with its secrets filled in. @throws HarnessError SECRET_MISSING, SCENARIO_INVALID */
export function addressOf(
  settings: ServerSettings,
  secrets: Readonly<Record<string, string>>,
  defaultPort: number,
): ServerAddress {
  const { url: text, password, tls } = fillSecrets(settings, secrets)
  if (!URL.canParse(text))
    throw new HarnessError('SCENARIO_INVALID', 'the url of the target is none with its secrets filled in', {
      hint: 'Check the value of the secret; write its special characters percent-encoded.',
    })
  const { hostname, port, username, password: inUrl, pathname } = new URL(text)
  const host = hostIn(hostname)
  return {
    // The name may lead anywhere; its address is loopback.
    host: host.toLowerCase() === 'localhost' ? '127.0.0.1' : host,
    port: port === '' ? defaultPort : Number(port),
    user: decodeURIComponent(username),
    password: password ?? decodeURIComponent(inUrl),
    database: decodeURIComponent(pathname.replace(/^\//, '')),
    tls: tlsAt({ url: text, tls }, 'rediss:'),
  }
}

/** Formats host and port, for people. */
export function shownAddress({ host, port }: Pick<ServerAddress, 'host' | 'port'>): string {
  return `${host}:${port}`
}

/** Reads an authority to trust beside those of Node.js. @throws HarnessError SCENARIO_INVALID when the file cannot be used */
export function trustedAuthorities(file: string): string[] {
  try {
    const authority = readRegularTextSync(file)
    // A context takes text that is no certificate without a word; this does not.
    new X509Certificate(authority)
    return [...rootCertificates, authority]
  } catch (cause) {
    throw new HarnessError('SCENARIO_INVALID', `tls.ca: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the path of a PEM file, from the folder in which the run is started.',
    })
  }
}

/** Returns the settings of TLS as sockets take them. @throws HarnessError SCENARIO_INVALID when the authority cannot be used */
export function tlsOf(tls: ServerSettings['tls']): ServerTls {
  return {
    rejectUnauthorized: tls?.verify ?? true,
    ...(tls?.ca !== undefined && { ca: trustedAuthorities(tls.ca) }),
  }
}

/**
 * Returns TLS with the server of a URL; null: not encrypted. @param encrypted the protocol of URLs that ask for it
 * @throws HarnessError SCENARIO_INVALID when the authority cannot be used
 */
export function tlsAt(
  { url, tls }: Pick<ServerSettings, 'url' | 'tls'>,
  encrypted: `${string}:`,
): NamedTls | null {
  const { protocol, hostname } = new URL(url)
  if (tls === undefined && protocol !== encrypted) return null
  const host = hostIn(hostname)
  return { ...tlsOf(tls), host, ...(isIP(host) === 0 && { servername: host }) }
}

function hostIn(hostname: string): string {
  return decodeURIComponent(hostname).replace(/^\[|\]$/g, '')
}

function holdsNoPlainPassword(text: string): boolean {
  if (!URL.canParse(text)) return true
  const { password } = new URL(text)
  return password === '' || SECRET.test(password)
}
