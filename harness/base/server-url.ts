/** URLs of database servers, written out or held by a secret as a whole. */
import * as z from 'zod'

/** Creates the schema of such a URL. @param protocols without colon */
export function serverUrl(protocols: readonly string[], example: string): z.ZodString {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text, protocols)
    if (problem !== null) context.addIssue({ code: 'custom', message: `${problem}; for example ${example}` })
  })
}

/** Returns the problem of a URL, null for none. One that is a secret is seen only when it is checked. */
function problemOf(text: string, protocols: readonly string[]): string | null {
  if (/\{\{\s*secret\./.test(text) && !URL.canParse(text)) return null
  if (!URL.canParse(text)) return 'it is no URL'
  const { protocol, hostname, searchParams } = new URL(text)
  if (!protocols.includes(protocol.slice(0, -1))) return `its protocol is not ${protocols.join(' or ')}`
  if (hostname === '') return 'it names no host'
  // Drivers let parameters name another host than the URL does: the host that is allowed would not be the one that is asked.
  const other = [...searchParams.keys()].find((key) => key !== 'sslmode')
  return other === undefined ? null : `the parameter ${other} is not taken`
}

/** Returns the host to which it leads; none for one that is held by a secret. */
export function hostsOfUrl(text: string): readonly string[] {
  return URL.canParse(text) ? [decodeURIComponent(new URL(text).hostname)] : []
}

/** Describes where it leads, without user and password. @param kind for one that is held by a secret */
export function describeUrl(kind: string, text: string, defaultPort: number): string {
  if (!URL.canParse(text)) return kind
  const { hostname, port, pathname } = new URL(text)
  return `${kind} ${hostname}:${port === '' ? defaultPort : port}${pathname === '/' ? '' : pathname}`
}
