import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import type { Failure } from '../failure.ts'

/**
 * Undoes Content-Encoding (gzip, br, deflate; several in a row) of a body that was kept. What is none of these stays as
 * it came. A body that grows beyond `maxBytes` is too large; one that cannot be decoded breaks the protocol.
 */
export function decodeContent(body: Buffer, contentEncoding: string, maxBytes: number): Buffer | Failure {
  let decoded = body
  try {
    for (const coding of contentEncoding.toLowerCase().split(',').reverse())
      decoded = decodeOne(decoded, coding.trim(), maxBytes)
    return decoded
  } catch (thrown) {
    return systemCodeOf(thrown) === 'ERR_BUFFER_TOO_LARGE'
      ? { kind: 'too-large', text: `the body is larger than ${maxBytes} bytes when decompressed` }
      : { kind: 'protocol', text: `the body is not ${contentEncoding}: ${messageOf(thrown)}` }
  }
}

function decodeOne(body: Buffer, coding: string, maxOutputLength: number): Buffer {
  if (body.length === 0) return body
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, { maxOutputLength })
    case 'br':
      return brotliDecompressSync(body, { maxOutputLength })
    case 'deflate':
      // Servers send it with and without the zlib header; its first byte has 8 in the low half.
      return ((body[0] as number) & 15) === 8
        ? inflateSync(body, { maxOutputLength })
        : inflateRawSync(body, { maxOutputLength })
    default:
      return body
  }
}
