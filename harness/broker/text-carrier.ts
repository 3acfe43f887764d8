/** Texts in messages of NATS: long ones are deflated. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { headers, type Msg } from '@nats-io/transport-node'

/** Shorter texts are sent as they are. */
const DEFLATE_FROM_BYTES = 4_096
const ENCODING = 'Pl-Enc'

/** A text as it is sent: long ones are deflated. */
export function packed<Options extends object>(text: string, options: Options) {
  const data = Buffer.from(text)
  if (data.length < DEFLATE_FROM_BYTES) return [data, options] as const
  const marks = headers()
  marks.set(ENCODING, 'deflate')
  return [deflateRawSync(data, { level: 1 }), { ...options, headers: marks }] as const
}

/** A message that carries a text. */
interface Carrier {
  readonly data: Uint8Array
  readonly headers?: Msg['headers'] | undefined
}

/** Reads a text as it was sent. */
export function textOf({ data, headers: marks }: Carrier): string {
  return Buffer.from(marks?.get(ENCODING) === 'deflate' ? inflateRawSync(data) : data).toString()
}
