/** One POST of JSON to a service. Addresses of webhooks are secrets: what fails names the origin, never path or query. */
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import { visible } from '../base/visible.ts'
import { clip } from './text.ts'

const ANSWER_CHARS_MAX = 200
/** Enough for the characters shown, whatever their encoding and what is masked in them. */
const ANSWER_BYTES_MAX = 4096

export interface Post {
  readonly url: string
  /** The document, written out: what a signature was made over is what is sent. */
  readonly json: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Resolves when the service took it (2xx); redirects are not followed. @throws HarnessError ALERT_FAILED */
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
      `${origin} ${signal.aborted ? 'did not answer in time' : `cannot be reached: ${reasonOf(cause)}`}`,
      cause,
    )
  })
  if (statusCode >= 200 && statusCode < 300) {
    // The alert was taken, whatever becomes of the rest of the answer.
    await body.dump().catch(() => undefined)
    return
  }
  const said = withoutAddress(await beginningOf(body), url)
  throw failure(`${origin} answered ${statusCode}${said === '' ? '' : `: ${said}`}`)
}

function failure(message: string, cause?: unknown): HarnessError {
  return new HarnessError('ALERT_FAILED', message, {
    cause,
    hint: 'Check the address and the key of the channel, and that the service takes alerts.',
  })
}

/** Several addresses tried in vain fail with no message, but with a code. */
function reasonOf(cause: unknown): string {
  return messageOf(cause) || (systemCodeOf(cause) ?? 'unknown')
}

/** What could be read of it. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= ANSWER_BYTES_MAX) break
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).toString('utf8').trim()
}

/** Servers like to repeat what they were asked for. */
function withoutAddress(text: string, url: string): string {
  const { pathname, search } = new URL(url)
  const parts = [`${pathname}${search}`, pathname, search].filter((part) => part.length > 1)
  return clip(visible(parts.reduce((masked, part) => masked.replaceAll(part, '***'), text)), ANSWER_CHARS_MAX)
}
