/** The configuration of an HTTP target, ready for use. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { parseBytes } from '../../base/units.ts'
import { readRegularTextSync } from '../../system/files.ts'
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

/** One for all connections of a driver: making it costs more than a handshake. */
function secureContextOf(file: string | undefined): SecureContext {
  if (file === undefined) return createSecureContext()
  try {
    const authority = readRegularTextSync(file)
    // A context takes text that is no certificate without a word; this does not.
    new X509Certificate(authority)
    return createSecureContext({ ca: [...rootCertificates, authority] })
  } catch (cause) {
    throw new HarnessError('SCENARIO_INVALID', `tls.ca: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the path of a PEM file, from the folder in which the run is started.',
    })
  }
}
