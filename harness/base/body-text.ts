/** The text of a body: its bytes in the charset that its type states, without a byte order mark. */

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i
const UTF8 = new TextDecoder()
/** By the charset as it was written. A server cannot fill it: labels that are no charset share one decoder. */
const decoders = new Map([['utf-8', UTF8]])

/** Decodes a body. @param contentType value of the Content-Type header; UTF-8 where it states no charset that is known */
export function bodyText(body: Buffer | null, contentType: string | undefined): string {
  if (body === null) return ''
  const charset = contentType === undefined ? undefined : CHARSET.exec(contentType)?.[1]
  return (charset === undefined ? UTF8 : decoderOf(charset.toLowerCase())).decode(body)
}

function decoderOf(charset: string): typeof UTF8 {
  const known = decoders.get(charset)
  if (known !== undefined) return known
  try {
    const decoder = new TextDecoder(charset)
    decoders.set(charset, decoder)
    return decoder
  } catch {
    // No such charset: read as what most texts are.
    return UTF8
  }
}
