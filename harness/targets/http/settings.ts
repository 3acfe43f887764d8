/** The configuration of an HTTP target, ready for use. */
import { createSecureContext, type SecureContext } from 'node:tls'
import { parseBytes } from '../../base/units.ts'
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
  const endpoint = parseEndpoint(config.url)
  const { verify, ca } = config.tls
  return {
    endpoint,
    basePath: endpoint.basePath,
    authority: endpoint.authority,
    origin: endpoint.origin,
    headers: config.headers,
    followRedirects: config.followRedirects,
    cookies: config.cookies,
    bodyBytesMax: parseBytes(config.maxBody),
    tls: endpoint.secure ? { rejectUnauthorized: verify, secureContext: secureContextOf(ca) } : {},
  }
}

/**
 * Returns the context of TLS, one for all connections of a driver: making it costs more than a handshake.
 * @throws HarnessError SCENARIO_INVALID when the certificate file cannot be used
 */
export function secureContextOf(file: string | undefined): SecureContext {
  return createSecureContext(file === undefined ? {} : { ca: trustedAuthorities(file) })
}
