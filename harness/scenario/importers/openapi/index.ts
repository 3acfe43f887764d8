/** OpenAPI 3: a journey for each tag, with examples, data made by the laws of the schemas, and what answers have to be. */
import { lookUp } from '../../../base/names.ts'
import { isObject, type Json } from '../../environments.ts'
import type { ImportFormat } from '../format.ts'
import { type ImportedJourney, type ImportedRequest, importedOf } from '../imported.ts'
import { singular, variableOf } from '../names.ts'
import type { ImportReport } from '../report.ts'
import type { ImportSource } from '../source.ts'
import type { Operation } from './context.ts'
import { Data } from './data.ts'
import { requestOfOperation } from './operation.ts'
import { References } from './references.ts'

/** In the order in which a resource lives. */
const METHODS = ['post', 'get', 'head', 'put', 'patch', 'delete', 'options'] as const
const CHANGING = ['POST', 'PUT', 'PATCH', 'DELETE']

export const openapi: ImportFormat = {
  name: 'openapi',
  title: 'OpenAPI 3',
  isLikely(source) {
    const isText = /^\s*(?:openapi|swagger)\s*:/m.test(source.text.slice(0, 64 * 1024))
    if (!source.looksLikeJson) return isText
    const document = source.json()
    return isObject(document) && ('openapi' in document || 'swagger' in document)
  },
  read(source, report) {
    const document = documentOf(source)
    const references = new References(document, report)
    const operations = operationsOf(document, references, report)
    if (operations.length === 0)
      throw source.invalid('has no operation under paths', 'Import the document that lists the paths.')
    const data = new Data()
    const server = serverOf(document, references, report)
    const journeys = byTag(operations).map(([tag, each]) => ({
      name: tag,
      weight: each.length,
      steps: correlated(
        [...each].sort(inOrderOfLife).map((operation) => ({
          operation,
          request: requestOfOperation(operation, { document, references, data, server, report }),
        })),
        references,
      ),
    }))
    tellOfChanges(journeys, report)
    const { title } = (isObject(document['info']) ? document['info'] : {}) as { title?: unknown }
    return importedOf(typeof title === 'string' ? title : 'api', { journeys, data: data.feeders })
  },
}

function documentOf(source: ImportSource): Json {
  const document = source.document()
  if (!isObject(document))
    throw source.invalid('is no object', 'Import the root document of an OpenAPI description.')
  const { openapi: version, swagger } = document
  if (swagger !== undefined)
    throw source.invalid(
      `is Swagger ${String(swagger)}, and only OpenAPI 3 can be imported`,
      'Convert it first: editor.swagger.io and most gateways export OpenAPI 3.',
    )
  if (!/^3\./.test(String(version)))
    throw source.invalid(
      `is OpenAPI ${String(version)}, and 3.0 to 3.2 can be imported`,
      'Export it as OpenAPI 3.',
    )
  return document
}

function operationsOf(document: Json, references: References, report: ImportReport): readonly Operation[] {
  const paths = isObject(document['paths']) ? document['paths'] : {}
  return Object.entries(paths).flatMap(([path, given]) => {
    const item = references.resolve(given)
    if (!isObject(item) || !path.startsWith('/')) return []
    return METHODS.flatMap((method) => {
      const settings = item[method]
      if (!isObject(settings)) return []
      const name = `${method.toUpperCase()} ${path}`
      if (settings['deprecated'] === true) {
        report.lost('deprecated operations', name)
        return []
      }
      for (const part of ['callbacks', 'links'])
        if (lookUp(settings, part) !== undefined) report.lost(`${part} of operations`, name)
      return [{ method: method.toUpperCase(), path, settings, shared: item['parameters'] }]
    })
  })
}

function serverOf(document: Json, references: References, report: ImportReport): string | null {
  const servers = Array.isArray(document['servers']) ? document['servers'] : []
  const server = references.resolve(servers[0])
  if (!isObject(server) || typeof server['url'] !== 'string') return null
  if (servers.length > 1)
    report.note(`the first of ${servers.length} servers is loaded; --target names another`)
  const variables = isObject(server['variables']) ? server['variables'] : {}
  const url = server['url'].replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = lookUp(variables, name)
    return isObject(variable) && typeof variable['default'] === 'string' ? variable['default'] : whole
  })
  if (!/^https?:\/\/[^/{}]+/.test(url)) return null
  return url.replace(/[?#].*$/s, '').replace(/\/+$/, '')
}

function byTag(operations: readonly Operation[]): readonly (readonly [string, readonly Operation[]])[] {
  const tags = new Map<string, Operation[]>()
  for (const operation of operations) {
    const given = operation.settings['tags']
    const [tag] = Array.isArray(given) ? given : []
    const name = typeof tag === 'string' && tag !== '' ? tag : (operation.path.split('/')[1] ?? 'api')
    tags.set(name, [...(tags.get(name) ?? []), operation])
  }
  return [...tags]
}

/** Orders operations as a resource lives: made, asked for, changed, removed, by length of the path. */
function inOrderOfLife(a: Operation, b: Operation): number {
  const rank = ({ method }: Operation) => (METHODS as readonly string[]).indexOf(method.toLowerCase())
  const isRemoval = (operation: Operation) => (operation.method === 'DELETE' ? 1 : 0)
  const depth = ({ path }: Operation) => path.split('/').length
  return isRemoval(a) - isRemoval(b) || depth(a) - depth(b) || rank(a) - rank(b)
}

interface Made {
  readonly operation: Operation
  readonly request: ImportedRequest
}

/** The id of what a POST made is that of the requests after it which ask for one of its kind. */
function correlated(all: readonly Made[], references: References): ImportedJourney['steps'] {
  const requests = all.map(({ request }) => request)
  all.forEach(({ operation }, from) => {
    if (operation.method !== 'POST' || /\{[^{}]+\}$/.test(operation.path)) return
    const below = new RegExp(`^${escaped(operation.path)}/\\{([^{}/]+)\\}`)
    const parameter = all
      .map((each) => below.exec(each.operation.path)?.[1])
      .find((name) => name !== undefined)
    const field = parameter === undefined ? null : idField(operation, parameter, references)
    if (parameter === undefined || field === null) return
    const noun = singular(operation.path.split('/').at(-1) ?? '')
    const variable = variableOf(/^id$/i.test(parameter) ? `${noun} Id` : parameter)
    const made = requests[from] as ImportedRequest
    requests[from] = { ...made, extract: { [variable]: `json:${field}` } }
    all.forEach((each, at) => {
      if (at <= from || below.exec(each.operation.path)?.[1] !== parameter) return
      const later = requests[at] as ImportedRequest
      const depth = operation.path.split('/').length
      requests[at] = { ...later, path: withSegment(later.path, depth, `{{${variable}}}`) }
    })
  })
  return requests
}

function withSegment(path: string, at: number, segment: string): string {
  const [bare = '', ...query] = path.split('?')
  const segments = bare.split('/')
  segments[at] = segment
  return [segments.join('/'), ...query].join('?')
}

/** The field of the answer that holds the id: named as the parameter is, or id. */
function idField({ settings }: Operation, parameter: string, references: References): string | null {
  const responses = references.resolve(settings['responses'])
  if (!isObject(responses)) return null
  const good = Object.entries(responses).find(([status]) => /^2(\d\d|XX)$/i.test(status))
  const schema = references.schemaOfContent(good?.[1])
  const properties = schema === null ? [] : Object.keys(references.propertiesOf(schema))
  return (
    properties.find((name) => name === parameter) ?? properties.find((name) => /^_?id$/i.test(name)) ?? null
  )
}

function tellOfChanges(journeys: readonly ImportedJourney[], report: ImportReport): void {
  const methods = new Set(
    journeys.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'request' ? [step.method] : []))),
  )
  const changing = CHANGING.filter((method) => methods.has(method))
  if (changing.length > 0) report.note(`it sends ${changing.join(', ')}: load a system whose data may change`)
  report.note('weights are the numbers of operations of each tag: write those of your users')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
