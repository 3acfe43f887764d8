/** Making text safe for the places of a request that cannot hold all of it. */

/** Every byte that means something in a URL is escaped. A lone surrogate, which has no bytes, becomes U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

/** Only what may not stand in a request line is escaped: blanks, control characters, and all beyond ASCII. */
export function encodeIllegal(text: string): string {
  return /[^\x21-\x7e]/.test(text) ? text.replace(/[^\x21-\x7e]+/g, percentEncode) : text
}

/** As a browser submits a form. */
export function encodeFormText(text: string): string {
  return percentEncode(text).replaceAll('%20', '+')
}

/** A header value is one line; more would be headers of somebody else's choosing. */
export function asOneLine(text: string): string {
  return /[\r\n\0]/.test(text) ? text.replace(/[\r\n\0]+/g, ' ') : text
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** The text of a field that was read byte by byte: UTF-8 where it is that, else Latin-1. */
export function fieldText(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1
  try {
    return UTF8.decode(Buffer.from(latin1, 'latin1'))
  } catch {
    // Not UTF-8: each byte is a character.
    return latin1
  }
}

/** The bytes of a text, a character each, for a writer that sends characters as bytes. */
export function utf8AsLatin1(text: string): string {
  return /[\u0080-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}
