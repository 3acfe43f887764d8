/** The configuration of an HTTP target, ready for use. */
import { createSecureContext, type SecureContext } from 'node:tls'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { parseBytes } from '../../base/units.ts'
import { readRegularTextSync } from '../../system/files.ts'
import { trustedAuthorities } from '../server-config.ts'
import { type Endpoint, parseEndpoint } from './endpoint.ts'
import type { RequestDefaults } from './request.ts'
import type { HttpConfig } from './schema.ts'
import type { TlsSettings } from './wire.ts'

export interface HttpSettings extends RequestDefaults {
  readonly endpoint: Endpoint
  readonly cookies: boolean
  readonly bodyBytesMax: number
  readonly tls: TlsSettings
}

/** @throws HarnessError SCENARIO_INVALID when the certificate file cannot be used */
export function settingsOf(config: HttpConfig): HttpSettings {
  const endpoint = parseEndpoint(config.url, config)
  return {
    endpoint,
    basePath: endpoint.basePath,
    authority: endpoint.authority,
    origin: endpoint.origin,
    headers: config.headers,
    followRedirects: config.followRedirects,
    cookies: config.cookies,
    bodyBytesMax: parseBytes(config.maxBody),
    tls: tlsSettingsOf(endpoint, config.tls),
  }
}

/** Certificates, as targets over TLS are configured. */
export interface TlsFiles {
  /** PEM file of an authority to trust besides. */
  readonly ca?: string | undefined
  /** PEM files of one's own certificate and its key; both or none. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** Returns the settings for sockets of an endpoint; none without TLS. @throws HarnessError SCENARIO_INVALID when a file cannot be used */
export function tlsSettingsOf(
  { secure }: Endpoint,
  tls: TlsFiles & { readonly verify: boolean },
): TlsSettings {
  return secure ? { rejectUnauthorized: tls.verify, secureContext: secureContextOf(tls) } : {}
}

/**
 * Returns the context of TLS, one for all connections of a driver: making it costs more than a handshake.
 * @throws HarnessError SCENARIO_INVALID when a file cannot be used
 */
export function secureContextOf({ ca, cert, key }: TlsFiles): SecureContext {
  const trusted = ca === undefined ? {} : { ca: trustedAuthorities(ca) }
  if (cert === undefined || key === undefined) return createSecureContext(trusted)
  try {
    return createSecureContext({ ...trusted, cert: readRegularTextSync(cert), key: readRegularTextSync(key) })
  } catch (cause) {
    throw new HarnessError('SCENARIO_INVALID', `tls.cert and tls.key: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the paths of two PEM files that belong together, from the folder in which the run is started; a key without a passphrase.',
    })
  }
}
