/** The authorization of requests: a header made of templates, a token that changes while the load goes on, or a signature. */
import { fillSecrets } from '../../base/fill-secrets.ts'
import { type MakeTemplate, Template } from '../../base/template.ts'
import type { DriverContext } from '../../ports/target.ts'
import type { TargetAuth } from './auth-schema.ts'
import { openToken } from './oauth-token.ts'
import type { HttpConfig } from './schema.ts'
import { createSigner, type Sign } from './sigv4.ts'
import { asOneLine } from './url-encoding.ts'

/** The authorization that the requests of a target have in common. */
export interface Authorization {
  /** Value of the header; null: there is none, or each request is signed. */
  readonly header: Template | null
  readonly sign: Sign | null
  /** Awaited before the load. @throws HarnessError TARGET_UNREACHABLE */
  readonly ready: () => Promise<void>
  readonly close: () => void
}

/** Returns the authorization that a configuration states; null for none. */
export async function authorizationOf(
  config: HttpConfig,
  context: DriverContext,
): Promise<Authorization | null> {
  const { auth } = config
  if (auth === undefined) return null
  if (auth.oauth2 !== undefined) {
    const token = openToken(fillSecrets(auth.oauth2, context.secrets), config.tls, context)
    const header = Template.join([Template.of('Bearer '), Template.live(() => token.value)])
    return { header, sign: null, ready: () => token.ready(), close: () => token.close() }
  }
  const sign = auth.sigv4 === undefined ? null : await createSigner(auth.sigv4, context)
  return {
    header: headerOf(auth, Template.parse),
    sign,
    ready: () => Promise.resolve(),
    close: () => undefined,
  }
}

/** Returns the value of the header for a way that needs nothing but its words; null for any other. */
export function headerOf(
  { basic, bearer }: Pick<TargetAuth, 'basic' | 'bearer'>,
  make: MakeTemplate,
): Template | null {
  if (bearer !== undefined) return Template.join([Template.of('Bearer '), make(bearer, asOneLine, asOneLine)])
  if (basic === undefined) return null
  const pair = Template.join([make(basic.user), Template.of(':'), make(basic.password)])
  return Template.join([Template.of('Basic '), Template.through(pair, asBase64)])
}

function asBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
