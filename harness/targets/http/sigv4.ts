/** Signatures of AWS, version 4, by the library that knows their exceptions. */

import { isoOf } from '../../base/clock.ts'
import { lookUp } from '../../base/names.ts'
import { Template, type VariableLookup } from '../../base/template.ts'
import type { DriverContext } from '../../ports/target.ts'
import type { Sigv4Config } from './auth-schema.ts'

/** A request, put together but for its signature. */
export interface UnsignedRequest {
  readonly method: string
  readonly path: string
  /** Value of the Host header. */
  readonly authority: string
  readonly body: Buffer | string
}

/** Makes the header fields that prove a request. */
export type Sign = (request: UnsignedRequest, variables: VariableLookup) => Readonly<Record<string, string>>

/** Fields of a signed request that are made anew; those that were given are sent already. */
const SIGNED = ['X-Amz-Date', 'X-Amz-Content-Sha256', 'X-Amz-Security-Token', 'Authorization']

/** Creates the signer of a target. Its credentials may hold variables. */
export async function createSigner(
  { accessKey, secretKey, sessionToken, region, service }: Sigv4Config,
  { clock }: Pick<DriverContext, 'clock'>,
): Promise<Sign> {
  const { default: aws4 } = await import('aws4')
  const [key, secret, token] = [accessKey, secretKey, sessionToken ?? ''].map((text) =>
    Template.parse(text),
  ) as [Template, Template, Template]
  return ({ method, path, authority, body }, variables) => {
    const session = token.render(variables)
    const { headers = {} } = aws4.sign(
      {
        ...{ method, path, service, region },
        // A body is hashed as it is sent; the length is a header of ours.
        body: body as string,
        headers: { Host: authority, 'X-Amz-Date': isoOf(clock.wallMs()).replace(/[-:]|\.\d+/g, '') },
      },
      {
        accessKeyId: key.render(variables),
        secretAccessKey: secret.render(variables),
        ...(session === '' ? {} : { sessionToken: session }),
      },
    )
    const all = headers as Readonly<Record<string, string>>
    return Object.fromEntries(
      SIGNED.flatMap((name) => {
        const value = lookUp(all, name)
        return value === undefined ? [] : [[name, value]]
      }),
    )
  }
}
