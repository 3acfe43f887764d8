/** One POST of JSON to a service. Addresses of webhooks are secrets: what fails names the origin, never path or query. */
import { beginningOf } from '../base/beginning-of.ts'
import { connectionFailureOf, HarnessError } from '../base/errors.ts'
import { visible } from '../base/visible.ts'
import { clip } from './text.ts'

const ANSWER_CHARS_MAX = 200
/** The bytes of an error answer to read: enough for the characters shown, for any encoding and masking. */
const ANSWER_BYTES_MAX = 4096

export interface Post {
  readonly url: string
  /** The serialized document, so that the bytes sent are the bytes signed. */
  readonly json: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Resolves when the service accepted it (2xx); follows no redirects. @throws HarnessError ALERT_FAILED */
export async function postJson({ url, json, headers = {}, signal }: Post): Promise<void> {
  const { request } = await import('undici')
  const { origin } = new URL(url)
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'proofload', ...headers },
    body: json,
    signal,
  }).catch((cause: unknown) => {
    throw failure(
      `${origin} ${signal.aborted ? 'did not answer in time' : `cannot be reached: ${connectionFailureOf(cause, 'unknown')}`}`,
      cause,
    )
  })
  if (statusCode >= 200 && statusCode < 300) {
    // The alert was accepted; the rest of the answer does not matter.
    await body.dump().catch(() => undefined)
    return
  }
  const said = withoutAddress(await beginningOf(body, ANSWER_BYTES_MAX), url)
  throw failure(`${origin} answered ${statusCode}${said === '' ? '' : `: ${said}`}`)
}

function failure(message: string, cause?: unknown): HarnessError {
  return new HarnessError('ALERT_FAILED', message, {
    cause,
    hint: 'Check the address and the key of the channel, and that the service accepts alerts.',
  })
}

/** Removes the URL from the answer of a server, which often repeats the request. */
function withoutAddress(text: string, url: string): string {
  const { pathname, search } = new URL(url)
  const parts = [`${pathname}${search}`, pathname, search].filter((part) => part.length > 1)
  return clip(visible(parts.reduce((masked, part) => masked.replaceAll(part, '***'), text)), ANSWER_CHARS_MAX)
}
