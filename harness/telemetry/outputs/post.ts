/** One POST of a batch. What fails names the origin, never path or query, which may hold keys. */
import { beginningOf } from '../../base/beginning-of.ts'
import { connectionFailureOf, HarnessError } from '../../base/errors.ts'
import { visible } from '../../base/visible.ts'

const ANSWER_CHARS_MAX = 200
const ANSWER_BYTES_MAX = 4096

export interface Post {
  readonly url: string
  readonly body: Uint8Array | string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** The answer of a receiver that did not take a batch. */
export interface Refusal {
  readonly status: number
  /** The beginning of what it said, on one line. */
  readonly said: string
}

/** Null when it was taken (2xx); follows no redirects. @throws HarnessError OUTPUT_FAILED when there was no answer */
export async function post({ url, body, headers, signal }: Post): Promise<Refusal | null> {
  const { request } = await import('undici')
  const answer = await request(url, {
    method: 'POST',
    headers: { 'user-agent': 'proofload', ...headers },
    body,
    signal,
  }).catch((cause: unknown) => {
    throw outputFailed(
      signal.aborted
        ? `${new URL(url).origin} did not answer in time`
        : `${new URL(url).origin} cannot be reached: ${connectionFailureOf(cause, 'unknown')}`,
      cause,
    )
  })
  const { statusCode: status, body: content } = answer
  if (status >= 200 && status < 300) {
    // It was taken; the rest of the answer does not matter.
    await content.dump().catch(() => undefined)
    return null
  }
  const said = visible(await beginningOf(content, ANSWER_BYTES_MAX)).slice(0, ANSWER_CHARS_MAX)
  return { status, said }
}

/** Posts, and takes a refusal for a failure. @throws HarnessError OUTPUT_FAILED */
export async function postOrFail(wanted: Post): Promise<void> {
  const refusal = await post(wanted)
  if (refusal !== null) throw refused(wanted.url, refusal)
}

export function refused(url: string, { status, said }: Refusal): HarnessError {
  return outputFailed(`${new URL(url).origin} answered ${status}${said === '' ? '' : `: ${said}`}`)
}

export function outputFailed(message: string, cause?: unknown): HarnessError {
  return new HarnessError('OUTPUT_FAILED', message, {
    cause,
    hint: 'Check the address of the output, and that its receiver accepts what is sent.',
  })
}
