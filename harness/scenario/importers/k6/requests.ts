/** A call of k6/http as a request. */
import { lookUp, putAt } from '../../../base/names.ts'
import { type ImportedBody, type ImportedRequest, requestOf } from '../imported.ts'
import { isHeaderName, isOwnHeader, placeOf } from '../place.ts'
import type { ImportReport } from '../report.ts'
import { isPlain } from '../script/members.ts'
import { AnswerValue, JsonText, RangeValue, RowsValue } from '../script/values.ts'
import { basicAuth } from '../secret-values.ts'

export interface CallContext {
  textOf(value: unknown): string | null
  readonly report: ImportReport
  readonly line: string
}

/** As k6 has it. */
const REDIRECTS = 10

/** @param method of k6: get, del, request ... @returns null when its URL is not known */
export function requestOfCall(
  method: string,
  args: readonly unknown[],
  context: CallContext,
): ImportedRequest | null {
  const [verb, url, body, params] = argumentsOf(method, args)
  const text = context.textOf(url)
  const name = typeof verb === 'string' ? verb.toUpperCase() : ''
  if (text === null || !/^[A-Z]+$/.test(name)) return null
  const { server, path, userInfo } = placeOf(
    text.startsWith('{{secret.') ? text.replace(/^\{\{secret\.\w+\}\}/, '') : text,
  )
  if (text.startsWith('{{secret.'))
    context.report.note('the URL comes from the environment of k6: give --target URL')
  const settings = isPlain(params) ? params : {}
  const headers = headersOf(settings['headers'], context)
  if (userInfo !== null)
    putAt(
      headers,
      'authorization',
      basicAuth(userInfo.split(':')[0] ?? '', userInfo.split(':').slice(1).join(':'), context.report),
    )
  const sent = bodyOf(body, headers, context)
  for (const key of ['auth', 'cookies', 'jar', 'compression', 'responseType', 'timeout'])
    if (lookUp(settings, key) !== undefined)
      context.report.lost(`settings of requests (${key})`, context.line)
  const tags = isPlain(settings['tags']) ? settings['tags'] : {}
  const redirects = settings['redirects']
  return requestOf({
    method: name,
    server,
    path,
    headers: Object.fromEntries(
      Object.entries(headers).filter(
        ([header]) => !/^content-type$/i.test(header) || (sent !== null && 'body' in sent),
      ),
    ),
    body: sent,
    step: typeof tags['name'] === 'string' ? tags['name'] : null,
    followRedirects: typeof redirects === 'number' ? Math.min(20, redirects) : REDIRECTS,
  })
}

function argumentsOf(method: string, args: readonly unknown[]): readonly unknown[] {
  if (method === 'request') return args
  const verb = method === 'del' ? 'DELETE' : method
  return /^(?:get|head)$/.test(method) ? [verb, args[0], null, args[1]] : [verb, ...args]
}

function headersOf(given: unknown, { textOf, report, line }: CallContext): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(isPlain(given) ? given : {})) {
    const text = textOf(value)
    if (text === null) report.lost('headers that are computed', `${name}, ${line}`)
    else if (isHeaderName(name) && !isOwnHeader(name)) putAt(headers, name.toLowerCase(), text)
  }
  return headers
}

function bodyOf(
  body: unknown,
  headers: Readonly<Record<string, string>>,
  context: CallContext,
): ImportedBody | null {
  if (body === null || body === undefined) return null
  const isJson = /json/i.test(headers['content-type'] ?? '')
  if (body instanceof JsonText) return { json: plain(body.value, context) }
  if (isPlain(body)) {
    const fields = plain(body, context) as Record<string, unknown>
    return isJson
      ? { json: fields }
      : { form: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])) }
  }
  const text = context.textOf(body)
  if (text === null) context.report.lost('bodies that are computed', context.line)
  return text === null || text === '' ? null : { body: text }
}

/** The value with texts in the place of what is known only when it is sent. */
function plain(value: unknown, context: CallContext): unknown {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value
  if (Array.isArray(value)) return value.map((entry) => plain(entry, context))
  if (value instanceof AnswerValue || value instanceof RangeValue || value instanceof RowsValue)
    return context.textOf(value) ?? 'fill in'
  if (isPlain(value) && value.constructor === Object)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry, context)]))
  const text = context.textOf(value)
  if (text === null) context.report.lost('values of bodies that are computed: fill them in', context.line)
  return text ?? 'fill in'
}
