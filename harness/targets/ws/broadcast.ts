/** The header of the ledger in a message: a property of a JSON object, the first bytes of binary data. */
import { MESSAGE_HEADER_BYTES } from '../../engine/message-header.ts'

const PROPERTY = '"x-proofload"'
/** The value as servers may write it, after any space: 28 bytes are 38 characters. */
const VALUE = /^\s*:\s*"([\w-]{38})"/
const VALUE_CHARS_MAX = 64

/** Returns a message with the header. @param content a JSON object as text, or binary data */
export function withHeader(content: string | Buffer, header: Uint8Array): string | Buffer {
  if (typeof content !== 'string') return Buffer.concat([header, content])
  const rest = content.slice(1)
  const value = Buffer.from(header).toString('base64url')
  return `{${PROPERTY}:"${value}"${rest === '}' ? '' : ','}${rest}`
}

/** Returns the header of a message, wherever in it the server has put what it was sent; bytes that are none when it has none. */
export function headerOf(message: Buffer): Uint8Array {
  const at = message.indexOf(PROPERTY)
  if (at === -1) return message.subarray(0, MESSAGE_HEADER_BYTES)
  const from = at + PROPERTY.length
  const [, value = ''] = VALUE.exec(message.toString('latin1', from, from + VALUE_CHARS_MAX)) ?? []
  return Buffer.from(value, 'base64url')
}
