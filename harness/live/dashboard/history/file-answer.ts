import { HTTPException } from 'hono/http-exception'

/**
 * A report is opened where it can do nothing but draw itself: in an origin of its own, without any request. It carries its
 * scripts and styles within, which the policy of the other pages forbids.
 */
const REPORT_POLICY =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"

/** A file of a run: a report to be looked at, everything else to be kept. @throws HTTPException 404 without a file */
export function fileAnswer(name: string, content: Uint8Array<ArrayBuffer> | null): Response {
  if (content === null) throw new HTTPException(404, { message: `The run has no file ${name}.` })
  const isReport = name.endsWith('.html')
  return new Response(content, {
    headers: {
      'content-type': isReport ? 'text/html; charset=utf-8' : 'application/octet-stream',
      'content-disposition': isReport ? 'inline' : `attachment; filename="${name}"`,
      'content-security-policy': REPORT_POLICY,
      'x-content-type-options': 'nosniff',
    },
  })
}
