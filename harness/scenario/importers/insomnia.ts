/** Exports of Insomnia: version 4 (a list of resources), and version 5 (a collection). */
import { lookUp, putAt } from '../../base/names.ts'
import { isObject, type Json } from '../environments.ts'
import { formOf, jsonOr } from './bodies.ts'
import { FilledIn } from './filled-in.ts'
import type { ImportFormat } from './format.ts'
import { type ImportedBody, type ImportedRequest, importedOf, mapTexts, requestOf } from './imported.ts'
import { translated } from './moustache.ts'
import { isHeaderName, isOwnHeader, placeOf } from './place.ts'
import type { ImportReport } from './report.ts'
import { basicAuth } from './secret-values.ts'
import type { ImportSource } from './source.ts'

export const insomnia: ImportFormat = {
  name: 'insomnia',
  title: 'Insomnia export',
  isLikely(source) {
    if (!source.looksLikeJson && !/^type\s*:\s*['"]?\w+\.insomnia\.rest\//m.test(source.head)) return false
    const document = source.document()
    return (
      isObject(document) &&
      (document['_type'] === 'export' || /insomnia\.rest\//.test(String(document['type'])))
    )
  },
  read(source, report) {
    const document = source.document()
    if (!isObject(document)) throw source.invalid('is no export of Insomnia', 'Export the collection again.')
    const collection = Array.isArray(document['resources'])
      ? ofResources(document, source)
      : ofCollection(document, source)
    const variables = new Variables(collection.environment, report)
    const journeys = collection.folders.flatMap(({ name, requests }) => {
      const steps = requests.flatMap((request) => requestOfEntry(request, variables, report))
      return steps.length === 0 ? [] : [{ name, weight: steps.length, steps }]
    })
    if (journeys.length === 0)
      throw source.invalid('holds no request over HTTP', 'Export a collection with requests.')
    return importedOf(collection.name, { journeys, data: variables.data })
  },
}

interface Folder {
  readonly name: string
  readonly requests: readonly Json[]
}

interface Collection {
  readonly name: string
  readonly environment: Json
  readonly folders: readonly Folder[]
}

function ofResources(document: Json, source: ImportSource): Collection {
  const version = Number(document['__export_format'])
  if (version < 3)
    throw source.invalid(`is an export of version ${version}`, 'Export it as Insomnia v4 or v5.')
  const resources = (document['resources'] as unknown[]).filter(isObject)
  const ofType = (type: string) => resources.filter((resource) => resource['_type'] === type)
  const [workspace] = ofType('workspace')
  const groups = new Map(ofType('request_group').map((group) => [group['_id'], String(group['name'])]))
  const folders = new Map<string, Json[]>()
  for (const request of ofType('request').sort(
    (a, b) => Number(a['metaSortKey'] ?? 0) - Number(b['metaSortKey'] ?? 0),
  )) {
    const name = groups.get(request['parentId']) ?? 'requests'
    folders.set(name, [...(folders.get(name) ?? []), request])
  }
  const environments = ofType('environment').map(({ data }) => (isObject(data) ? data : {}))
  return {
    name: String(workspace?.['name'] ?? 'insomnia'),
    environment: Object.fromEntries(environments.flatMap((each) => Object.entries(each))),
    folders: [...folders].map(([name, requests]) => ({ name, requests })),
  }
}

function ofCollection(document: Json, source: ImportSource): Collection {
  if (!/^collection\.insomnia\.rest\/5/.test(String(document['type'])))
    throw source.invalid(
      `is of type ${String(document['type'])}`,
      'Export a collection, as Insomnia v5 or v4.',
    )
  const folders = new Map<string, Json[]>()
  const visit = (entries: unknown, folder: string) => {
    for (const entry of (Array.isArray(entries) ? entries : []).filter(isObject)) {
      if (Array.isArray(entry['children'])) visit(entry['children'], String(entry['name'] ?? folder))
      else if (typeof entry['url'] === 'string') folders.set(folder, [...(folders.get(folder) ?? []), entry])
    }
  }
  visit(document['collection'], 'requests')
  const { environments } = document
  const data = isObject(environments) && isObject(environments['data']) ? environments['data'] : {}
  return {
    name: String(document['name'] ?? 'insomnia'),
    environment: data,
    folders: [...folders].map(([name, requests]) => ({ name, requests })),
  }
}

/** Variables of an environment: `{{ _.base_url }}`. */
class Variables {
  readonly #environment: Json
  readonly #filled: FilledIn
  readonly #report: ImportReport

  constructor(environment: Json, report: ImportReport) {
    this.#environment = environment
    this.#filled = new FilledIn(report)
    this.#report = report
  }

  get data() {
    return this.#filled.data
  }

  text(text: string, level = 0): string {
    const plain = text.replace(/\{%\s*([\s\S]*?)\s*%\}/g, (_, tag: string) => {
      this.#report.lost('template tags', tag.slice(0, 40))
      return 'fill-in'
    })
    return translated(plain, (expression) => {
      const name = expression.replace(/^_\./, '')
      const value = name
        .split('.')
        .reduce<unknown>(
          (owner, key) => (isObject(owner) ? lookUp(owner, key) : undefined),
          this.#environment,
        )
      // Values may refer to other variables, and to themselves in a circle.
      if (typeof value === 'string' && level < 10) return this.text(value, level + 1)
      return typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : this.#filled.unknown(name)
    })
  }
}

function requestOfEntry(entry: Json, variables: Variables, report: ImportReport): readonly ImportedRequest[] {
  const name = String(entry['name'] ?? '')
  const url = variables.text(String(entry['url'] ?? ''))
  const method = String(entry['method'] ?? 'GET').toUpperCase()
  if (!/^[A-Z]+$/.test(method) || /^wss?:/.test(url)) {
    report.lost('what is not HTTP', name)
    return []
  }
  for (const script of ['preRequestScript', 'afterResponseScript', 'scripts'])
    if ((lookUp(entry, script) ?? '') !== '') report.lost('scripts of requests', name)
  const { server, path } = placeOf(url)
  const body = bodyOf(entry['body'], variables, report, name)
  const headers = headersOf(entry, body, variables)
  addAuth(entry['authentication'], headers, variables, report, name)
  const query = listOf(entry['parameters']).map(
    ({ name: key, value }) =>
      `${encodeURIComponent(String(key))}=${encodedText(variables.text(String(value ?? '')))}`,
  )
  const asked = query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`
  return [requestOf({ method, server, path: asked, headers, body, step: name || null, followRedirects: 10 })]
}

function headersOf(entry: Json, body: ImportedBody | null, variables: Variables): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const header of listOf(entry['headers'])) {
    const key = String(header['name'] ?? '')
    const isOfBody = /^content-type$/i.test(key) && (body === null || !('body' in body))
    if (isHeaderName(key) && !isOwnHeader(key) && !isOfBody)
      putAt(headers, key.toLowerCase(), variables.text(String(header['value'] ?? '')))
  }
  return headers
}

function listOf(given: unknown): readonly Json[] {
  return (Array.isArray(given) ? given : [])
    .filter(isObject)
    .filter(({ disabled, name }) => disabled !== true && name !== '')
}

function encodedText(text: string): string {
  return text.includes('{{') ? text : encodeURIComponent(text)
}

function bodyOf(
  given: unknown,
  variables: Variables,
  report: ImportReport,
  name: string,
): ImportedBody | null {
  if (!isObject(given)) return null
  const { mimeType, text, params } = given
  const type = String(mimeType ?? '')
  if (/multipart/.test(type) || given['fileName'] !== undefined) {
    report.lost('multipart bodies and files', name)
    return null
  }
  if (/urlencoded/.test(type)) {
    const fields = listOf(params).map(
      (param) => [String(param['name']), variables.text(String(param['value'] ?? ''))] as const,
    )
    return formOf(fields.map(([key, value]) => [key, value]))
  }
  if (typeof text !== 'string' || text === '') return null
  const body = jsonOr(text, type)
  return 'json' in body
    ? { json: mapTexts(body.json, (each) => variables.text(each.replaceAll('\\{{', '{{'))) }
    : { body: variables.text(text) }
}

function addAuth(
  given: unknown,
  headers: Record<string, string>,
  variables: Variables,
  report: ImportReport,
  name: string,
): void {
  if (!isObject(given) || given['disabled'] === true || Object.keys(given).length === 0) return
  const text = (key: string) => variables.text(String(lookUp(given, key) ?? ''))
  if (given['type'] === 'bearer') headers['authorization'] = `${text('prefix') || 'Bearer'} ${text('token')}`
  else if (given['type'] === 'basic')
    headers['authorization'] = basicAuth(text('username'), text('password'), report)
  else if (given['type'] !== 'none') report.lost(`authentication of type ${String(given['type'])}`, name)
}
