/** An HTTP sampler as a request, with the defaults, headers, extractors and assertions that hold for it. */
import { putAt } from '../../../base/names.ts'
import { formOf, jsonOr } from '../bodies.ts'
import { type ImportedBody, type ImportedRequest, mapTexts, requestOf } from '../imported.ts'
import { isHeaderName, isOwnHeader, placeOf } from '../place.ts'
import type { ImportReport } from '../report.ts'
import type { PlanData } from './data.ts'
import { judgementsOf } from './judgements.ts'
import type { PlanNode } from './nodes.ts'
import { collectionOf, type Element, elementProperty, propertyOf } from './xml.ts'

/** @param scope elements that hold for it, the nearest last */
export function requestOfSampler(
  { element, name }: PlanNode,
  scope: readonly PlanNode[],
  data: PlanData,
  report: ImportReport,
): ImportedRequest | null {
  const defaults = scope
    .filter(({ kind }) => kind === 'ConfigTestElement')
    .map((node) => node.element)
    .reverse()
  const setting = (key: string) =>
    [element, ...defaults]
      .map((each) => propertyOf(each, `HTTPSampler.${key}`))
      .find((text) => text !== '') ?? ''
  const method = data
    .text(setting('method') || 'GET')
    .trim()
    .toUpperCase()
  if (!/^[A-Z]+$/.test(method)) {
    report.lost('methods that no step has', `${method} ${name}`)
    return null
  }
  const place = placeOf(urlOf(setting, data))
  const headers = headersOf(scope, data, report)
  const args = argumentsOf(element)
  const isRaw = propertyOf(element, 'HTTPSampler.postBodyRaw') === 'true'
  const { body, query } = bodyOrQuery({ method, args, isRaw, type: headers['content-type'] ?? '' }, data)
  if (
    propertyOf(element, 'HTTPSampler.DO_MULTIPART_POST') === 'true' ||
    collectionOf(elementProperty(element, 'HTTPsampler.Files') ?? element, 'HTTPFileArgs.files').length > 0
  )
    report.lost('multipart bodies and files', name)
  if (propertyOf(element, 'HTTPSampler.image_parser') === 'true') report.lost('files that pages embed', name)
  const { expect, extract } = judgementsOf(scope, data, report)
  const isFollowing =
    propertyOf(element, 'HTTPSampler.follow_redirects') === 'true' ||
    propertyOf(element, 'HTTPSampler.auto_redirects') === 'true'
  return requestOf({
    method,
    server: place.server?.includes('{{') === true ? null : place.server,
    path: query === '' ? place.path : `${place.path}${place.path.includes('?') ? '&' : '?'}${query}`,
    headers: Object.fromEntries(
      Object.entries(headers).filter(
        ([header]) => header !== 'content-type' || (body !== null && 'body' in body),
      ),
    ),
    body,
    step: name === '' || name === 'HTTP Request' || /^\/|\{\{|\$\{/.test(name) ? null : name,
    expect,
    extract,
    followRedirects: isFollowing ? 20 : 0,
  })
}

function urlOf(setting: (key: string) => string, data: PlanData): string {
  const path = data.text(setting('path'))
  if (/^https?:\/\//.test(path)) return path
  const domain = data
    .text(setting('domain'))
    .trim()
    .replace(/^https?:\/\//, '')
  const [port, protocol] = [
    data.text(setting('port')).trim(),
    data.text(setting('protocol')).trim().toLowerCase() || 'http',
  ]
  const rest = path === '' || path.startsWith('/') || path.startsWith('{{') ? path : `/${path}`
  if (domain === '') return rest || '/'
  const isUsual =
    port === '' || (protocol === 'http' && port === '80') || (protocol === 'https' && port === '443')
  return `${protocol === 'https' ? 'https' : 'http'}://${domain}${isUsual ? '' : `:${port}`}${rest.startsWith('{{') ? `/${rest}` : rest}`
}

interface Argument {
  readonly name: string
  readonly value: string
}

function argumentsOf(element: Element): readonly Argument[] {
  const holder = elementProperty(element, 'HTTPsampler.Arguments')
  const list = holder === null ? [] : collectionOf(holder, 'Arguments.arguments')
  return list.map((argument) => ({
    name: propertyOf(argument, 'Argument.name'),
    value: propertyOf(argument, 'Argument.value'),
  }))
}

function bodyOrQuery(
  {
    method,
    args,
    isRaw,
    type,
  }: {
    readonly method: string
    readonly args: readonly Argument[]
    readonly isRaw: boolean
    readonly type: string
  },
  data: PlanData,
): { readonly body: ImportedBody | null; readonly query: string } {
  const isText = isRaw || (args.length > 0 && args.every(({ name }) => name === ''))
  if (isText) {
    const raw = args.map(({ value }) => value).join('')
    if (raw === '') return { body: null, query: '' }
    const body = jsonOr(raw, type)
    const translate = (text: string) => data.text(text.replaceAll('\\{{', '{{'))
    return {
      body: 'json' in body ? (mapTexts(body, translate) as ImportedBody) : { body: data.text(raw) },
      query: '',
    }
  }
  if (args.length === 0) return { body: null, query: '' }
  const fields = args.map(({ name, value }) => [data.text(name), data.text(value)] as const)
  if (/^(?:POST|PUT|PATCH)$/.test(method)) return { body: unescaped(formOf(fields)), query: '' }
  const query = fields.map(([name, value]) => `${encodedText(name)}=${encodedText(value)}`).join('&')
  return { body: null, query }
}

/** The texts were those of a scenario before they were fields. */
function unescaped(body: ImportedBody): ImportedBody {
  return mapTexts(body, (text) => text.replaceAll('\\{{', '{{')) as ImportedBody
}

function encodedText(text: string): string {
  return text.includes('{{') ? text : encodeURIComponent(text)
}

function headersOf(scope: readonly PlanNode[], data: PlanData, report: ImportReport): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { kind, element } of scope) {
    if (kind === 'AuthManager')
      report.lost('authorization managers: write the header authorization at the target')
    if (kind !== 'HeaderManager') continue
    for (const header of collectionOf(element, 'HeaderManager.headers')) {
      const name = propertyOf(header, 'Header.name')
      if (isHeaderName(name) && !isOwnHeader(name))
        putAt(
          headers,
          name.toLowerCase(),
          data.text(propertyOf(header, 'Header.value')).replace(/[\r\n]+/g, ' '),
        )
    }
  }
  return headers
}
