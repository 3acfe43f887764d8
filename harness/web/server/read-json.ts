/** Bodies of requests as JSON, checked. */
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type * as z from 'zod'

const BODY_BYTES_MAX = 8 * 1024

/** Refuses a body that is longer than any that is meant. */
export const limitedBody = () =>
  bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: (context) => context.json({ error: `more than ${BODY_BYTES_MAX} bytes` }, 413),
  })

/** Reads a body; else says what does not fit, and where. */
export async function readJson<T>(
  context: Context,
  schema: z.ZodType<T>,
): Promise<{ readonly value: T } | { readonly error: string; readonly place: string }> {
  // A form of another site can send text, but not this.
  if (!/^application\/json\b/i.test(context.req.header('Content-Type') ?? ''))
    return { error: 'send application/json', place: '' }
  try {
    const parsed = schema.safeParse(await context.req.json())
    if (parsed.success) return { value: parsed.data }
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') ?? ''
    return { error: issue?.message ?? '', place: place === '' ? '' : `${place}: ` }
  } catch {
    return { error: 'no JSON', place: '' }
  }
}
