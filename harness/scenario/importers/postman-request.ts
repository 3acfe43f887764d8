/** A request of a collection of Postman. */
import { lookUp, putAt } from '../../base/names.ts'
import { isObject, type Json } from '../environments.ts'
import { formOf, jsonOr } from './bodies.ts'
import { type ImportedBody, type ImportedRequest, mapTexts, requestOf } from './imported.ts'
import { isHeaderName, isOwnHeader, placeOf } from './place.ts'
import { readScripts } from './postman-script.ts'
import type { ImportReport } from './report.ts'
import { basicAuth } from './secret-values.ts'

export interface PostmanContext {
  /** Translates the variables of a text. */
  readonly text: (text: string) => string
  readonly report: ImportReport
  /** Names of variables that scripts set. */
  readonly captured: ReadonlySet<string>
}

export function requestOfItem(
  item: Json,
  auth: unknown,
  context: PostmanContext,
): readonly ImportedRequest[] {
  const given = item['request']
  const request = typeof given === 'string' ? { url: given } : given
  const name = String(item['name'] ?? '')
  if (!isObject(request)) {
    context.report.lost('items without a request', name)
    return []
  }
  return asRequest(item, request, name, auth, context)
}

function asRequest(
  item: Json,
  request: Json,
  name: string,
  auth: unknown,
  context: PostmanContext,
): readonly ImportedRequest[] {
  const method = String(request['method'] ?? 'GET').toUpperCase()
  const url = urlOf(request['url'], context)
  if (!/^[A-Z]+$/.test(method) || url === '' || /^(?:wss?|grpc):/.test(url)) {
    context.report.lost('what is not HTTP', name)
    return []
  }
  const { server, path, userInfo } = placeOf(url)
  const body = bodyOf(request['body'], request['header'], context, name)
  const headers = sentHeaders(request['header'], body, context)
  if (userInfo !== null)
    headers['authorization'] = basicAuth(
      userInfo.split(':')[0] ?? '',
      userInfo.split(':')[1] ?? '',
      context.report,
    )
  const query = addAuth(request['auth'] ?? auth, headers, context, name)
  const { expect, extract } = readScripts(item, context.report, name)
  const asked = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
  // A server that is a variable is not known, though its path is.
  const isKnown = server !== null && !server.includes('{{')
  return [
    requestOf({
      method,
      server: isKnown ? server : null,
      path: asked,
      headers,
      body,
      step: name || null,
      expect,
      extract,
      followRedirects: 10,
    }),
  ]
}

function sentHeaders(
  given: unknown,
  body: ImportedBody | null,
  { text }: PostmanContext,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const header of headersOf(given)) {
    const key = String(header['key'] ?? '')
    const isOfBody = /^content-type$/i.test(key) && (body === null || !('body' in body))
    if (isHeaderName(key) && !isOwnHeader(key) && !isOfBody)
      putAt(headers, key.toLowerCase(), oneLine(text(String(header['value'] ?? ''))))
  }
  return headers
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ')
}

/** A text, or its parts; `:id` is a variable of the path. */
function urlOf(given: unknown, { text }: PostmanContext): string {
  const url = isObject(given) ? given : { raw: given }
  const raw = typeof url['raw'] === 'string' ? url['raw'] : builtOf(url)
  const [bare = '', query] = raw.split(/\?(.*)/s)
  const values = new Map(
    (Array.isArray(url['variable']) ? url['variable'] : [])
      .filter(isObject)
      .map((variable) => [String(variable['key'] ?? variable['id']), String(variable['value'] ?? '')]),
  )
  const path = bare.replace(/\/:([\w-]+)/g, (_, name: string) => `/${values.get(name) || `{{${name}}}`}`)
  const kept = Array.isArray(url['query'])
    ? url['query']
        .filter(isObject)
        .filter(({ disabled }) => disabled !== true)
        .map(({ key, value }) => `${encoded(String(key ?? ''))}=${encoded(String(value ?? ''))}`)
        .join('&')
    : query
  const whole = text(kept === undefined || kept === '' ? path : `${path}?${kept}`)
  return /^(?:https?|wss?|grpc):\/\//i.test(whole) || whole.startsWith('/') || whole === ''
    ? whole
    : withScheme(whole)
}

/** A server without a scheme is one of HTTP; one that is a variable leaves only its path. */
function withScheme(url: string): string {
  return url.startsWith('{{') ? url.replace(/^(?:\{\{[^{}]+\}\})+/, '') || '/' : `http://${url}`
}

function builtOf({ protocol, host, port, path }: Json): string {
  const name = Array.isArray(host) ? host.join('.') : String(host ?? '')
  const parts = Array.isArray(path)
    ? path.map((part) => (isObject(part) ? String(part['value'] ?? '') : String(part))).join('/')
    : String(path ?? '')
  if (name === '') return ''
  return `${protocol === undefined ? '' : `${String(protocol)}://`}${name}${port === undefined ? '' : `:${String(port)}`}/${parts.replace(/^\//, '')}`
}

function encoded(text: string): string {
  return text.includes('{{') ? text : encodeURI(text).replace(/[&#]/g, encodeURIComponent)
}

function headersOf(given: unknown): readonly Json[] {
  return listOf(given)
    .filter(isObject)
    .filter(({ disabled }) => disabled !== true)
}

function bodyOf(
  given: unknown,
  headers: unknown,
  { text, report }: PostmanContext,
  name: string,
): ImportedBody | null {
  if (!isObject(given) || given['disabled'] === true) return null
  const list = (key: string) =>
    listOf(lookUp(given, key))
      .filter(isObject)
      .filter(({ disabled }) => disabled !== true)
  switch (given['mode']) {
    case 'urlencoded':
      return withText(formOf(fieldsOf(list('urlencoded'))), text)
    case 'formdata':
      report.lost('multipart bodies: the fields are sent as a form, and files not at all', name)
      return withText(formOf(fieldsOf(list('formdata').filter(({ type }) => type !== 'file'))), text)
    case 'graphql': {
      const { query, variables } = (isObject(given['graphql']) ? given['graphql'] : {}) as Json
      return { json: { query: text(String(query ?? '')), variables: variablesOf(variables, text) } }
    }
    case 'file':
      report.lost('bodies from files', name)
      return null
    default: {
      const raw = typeof given['raw'] === 'string' ? given['raw'] : ''
      if (raw === '') return null
      const body = jsonOr(raw, typeOf(given, headers))
      return 'json' in body ? withText(body, text) : { body: text(raw) }
    }
  }
}

function fieldsOf(fields: readonly Json[]): readonly (readonly [string, string])[] {
  return fields.map(({ key, value }) => [String(key ?? ''), String(value ?? '')])
}

/** Texts were made those of a scenario: here they hold variables of Postman. */
function withText(body: ImportedBody, text: (text: string) => string): ImportedBody {
  return mapTexts(body, (each) => text(each.replaceAll('\\{{', '{{'))) as ImportedBody
}

function typeOf({ options }: Json, headers: unknown): string {
  const raw = isObject(options) && isObject(options['raw']) ? options['raw']['language'] : undefined
  const header = headersOf(headers).find(({ key }) => /^content-type$/i.test(String(key)))
  return String(header?.['value'] ?? raw ?? '')
}

function variablesOf(given: unknown, text: (text: string) => string): unknown {
  if (typeof given !== 'string' || given.trim() === '') return {}
  const body = jsonOr(given, 'json')
  return 'json' in body ? (withText(body, text) as { json: unknown }).json : {}
}

/** Adds what proves who asks; returns a query where it is part of that. */
function addAuth(
  given: unknown,
  headers: Record<string, string>,
  { text, report }: PostmanContext,
  name: string,
): string {
  if (!isObject(given)) return ''
  const type = String(given['type'])
  const field = (key: string) => text(fieldOf(lookUp(given, type), key))
  switch (type) {
    case 'noauth':
      return ''
    case 'bearer':
      headers['authorization'] = `Bearer ${field('token')}`
      return ''
    case 'basic':
      headers['authorization'] = basicAuth(field('username'), field('password'), report)
      return ''
    case 'apikey':
      if (fieldOf(given[type], 'in') === 'query') return `${field('key')}=${field('value')}`
      if (isHeaderName(field('key'))) putAt(headers, field('key').toLowerCase(), field('value'))
      return ''
    case 'oauth2':
      report.note('OAuth 2: get a token yourself, and set API_TOKEN')
      report.secret('API_TOKEN', 'an access token')
      headers['authorization'] = 'Bearer {{secret.API_TOKEN}}'
      return ''
    default:
      report.lost(`authentication of type ${type}`, name)
      return ''
  }
}

/** Version 2.1 has a list of fields, version 2.0 an object. */
function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : []
}

function fieldOf(given: unknown, key: string): string {
  if (isObject(given)) return String(lookUp(given, key) ?? '')
  const field = (Array.isArray(given) ? given : []).filter(isObject).find((each) => each['key'] === key)
  return String(field?.['value'] ?? '')
}
