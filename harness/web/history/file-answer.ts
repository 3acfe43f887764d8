import { HTTPException } from 'hono/http-exception'

/**
 * A file of a run, to be kept and opened from disk: a report carries its scripts within, and none but the pages' own runs
 * here. @throws HTTPException 404 without a file
 */
export function fileAnswer(name: string, content: Uint8Array<ArrayBuffer> | null): Response {
  if (content === null) throw new HTTPException(404, { message: `The run has no file ${name}.` })
  return new Response(content, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
    },
  })
}
