/** Requests of a trial as an HTTP archive (HAR 1.2), for browsers and other tools. */
import { isoOf } from '../base/clock.ts'
import type { HeaderField, TriedBody, TriedRequest } from '../model/tried-request.ts'

/** Renders what was sent over HTTP; requests of other protocols have no place in an archive. @param version of proofload */
export function renderHar(requests: readonly TriedRequest[], version: string): string {
  const entries = requests.filter(({ url }) => url !== null && URL.canParse(url)).map(entryOf)
  const log = { version: '1.2', creator: { name: 'proofload', version }, entries }
  return `${JSON.stringify({ log }, null, 2)}\n`
}

function entryOf(request: TriedRequest): object {
  const { wallMs, connectMs, ttfbMs, serviceMs, step, errorText } = request
  const waitMs = ttfbMs ?? serviceMs ?? 0
  const receiveMs = Math.max(0, (serviceMs ?? 0) - waitMs)
  return {
    startedDateTime: isoOf(wallMs),
    time: toMicroseconds(connectMs + waitMs + receiveMs),
    request: requestOf(request),
    response: responseOf(request),
    cache: {},
    timings: {
      blocked: -1,
      dns: -1,
      connect: connectMs > 0 ? toMicroseconds(connectMs) : -1,
      send: 0,
      wait: toMicroseconds(waitMs),
      receive: toMicroseconds(receiveMs),
    },
    comment: errorText === '' ? step : `${step}: ${errorText}`,
  }
}

function requestOf({ method, url, sentHeaders, sentBody }: TriedRequest): object {
  const query = [...new URL(url ?? '').searchParams].map(([name, value]) => ({ name, value }))
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: sentHeaders.map(namedOf),
    queryString: query,
    headersSize: -1,
    bodySize: sentBody?.bytes ?? 0,
    ...(sentBody === null
      ? {}
      : {
          postData: {
            mimeType: headerOf(sentHeaders, 'content-type'),
            text: sentBody.text ?? sentBody.base64 ?? '',
          },
        }),
  }
}

function responseOf({ status, headers, body }: TriedRequest): object {
  return {
    status,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headers.map(namedOf),
    content: contentOf(body, headerOf(headers, 'content-type')),
    redirectURL: headerOf(headers, 'location'),
    headersSize: -1,
    bodySize: body?.bytes ?? -1,
  }
}

function contentOf(body: TriedBody | null, mimeType: string): object {
  if (body === null) return { size: 0, mimeType }
  const { bytes: size, text, base64 } = body
  return text === null ? { size, mimeType, text: base64, encoding: 'base64' } : { size, mimeType, text }
}

function headerOf(headers: readonly HeaderField[], wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
}

function namedOf([name, value]: HeaderField): object {
  return { name, value }
}

/** Rounds milliseconds to what was measured. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
