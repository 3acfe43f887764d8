/** The header of the ledger in a message: a user property in MQTT 5, the first bytes of the payload before. */
import type { IClientPublishOptions } from 'mqtt'
import { MESSAGE_HEADER_BYTES } from '../../engine/message-header.ts'

const PROPERTY = 'x-proofload'
const NOTHING = new Uint8Array(0)

type UserProperties = NonNullable<NonNullable<IClientPublishOptions['properties']>['userProperties']>

/** A message with a header. */
export interface Numbered {
  readonly body: Buffer
  readonly userProperties: UserProperties
}

/** Returns the message with the header. */
export function withHeader({ body, userProperties }: Numbered, header: Uint8Array, version: 4 | 5): Numbered {
  if (version === 4) return { body: Buffer.concat([header, body]), userProperties }
  const text = Buffer.from(header).toString('base64')
  return { body, userProperties: { ...userProperties, [PROPERTY]: text } }
}

/** Returns the header of a message; no bytes when it has none. */
export function headerOf(
  payload: Buffer,
  properties: { readonly userProperties?: UserProperties } | undefined,
  version: 4 | 5,
): Uint8Array {
  if (version === 4) return payload.subarray(0, MESSAGE_HEADER_BYTES)
  const text = properties?.userProperties?.[PROPERTY]
  return typeof text === 'string' ? Buffer.from(text, 'base64') : NOTHING
}
