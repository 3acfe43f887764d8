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
