/** The request of an operation. */
import { lookUp, putAt } from '../../../base/names.ts'
import { isObject, type Json } from '../../environments.ts'
import {
  type ImportedBody,
  type ImportedExpect,
  type ImportedRequest,
  literal,
  literalJson,
  requestOf,
} from '../imported.ts'
import type { ImportReport } from '../report.ts'
import type { Operation, OperationContext } from './context.ts'
import type { References } from './references.ts'
import { Samples } from './samples.ts'
import { authOf } from './security.ts'

interface Parameter {
  readonly name: string
  readonly in: string
  readonly isRequired: boolean
  readonly value: string
}

export function requestOfOperation(operation: Operation, context: OperationContext): ImportedRequest {
  const { method, path, settings } = operation
  const place = `${method} ${path}`
  const parameters = parametersOf(operation, context)
  const auth = authOf(settings['security'], context, place)
  const ofKind = (kind: string) => parameters.filter((parameter) => parameter.in === kind)
  const inPath = new Map(ofKind('path').map(({ name, value }) => [name, value]))
  const query = [...ofKind('query').filter(({ isRequired }) => isRequired), ...auth.query]
  const cookies = [...ofKind('cookie').filter(({ isRequired }) => isRequired), ...auth.cookies]
  const headers: Record<string, string> = {}
  for (const { name, value, isRequired } of ofKind('header'))
    if (isRequired) putAt(headers, name.toLowerCase(), value)
  for (const { name, value } of auth.headers) putAt(headers, name.toLowerCase(), value)
  if (cookies.length > 0)
    putAt(headers, 'cookie', cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
  const filled = path.replace(/\{([^{}]+)\}/g, (_, name: string) => inPath.get(name) ?? '1')
  const asked = query
    .map(({ name, value }) => `${encodeURIComponent(name)}=${encodedUnlessVariable(value)}`)
    .join('&')
  const body = bodyOf(settings['requestBody'], context, place)
  return requestOf({
    method,
    server: context.server,
    path: asked === '' ? filled : `${filled}?${asked}`,
    headers: { ...headers, ...body.headers },
    body: body.body,
    step: place.replace(/\{[^{}]+\}/g, ':id'),
    expect: expectOf(settings['responses'], context.references),
  })
}

function encodedUnlessVariable(value: string): string {
  return value.startsWith('{{') ? value : encodeURIComponent(value)
}

/** Those of the operation win over those of its path. */
function parametersOf(
  { settings, shared, path, method }: Operation,
  context: OperationContext,
): readonly Parameter[] {
  const { references, report } = context
  const byPlace = new Map<string, Parameter>()
  for (const given of [shared, settings['parameters']].flatMap((list) => (Array.isArray(list) ? list : []))) {
    const parameter = references.resolve(given)
    if (!isObject(parameter) || typeof parameter['name'] !== 'string') continue
    const { name, in: place } = parameter
    const isRequired = parameter['required'] === true || place === 'path'
    if (!isRequired) report.lost('parameters that are not required', `${method} ${path} ${String(name)}`)
    const needed = isRequired ? parameterValue(name, parameter, context) : ''
    byPlace.set(`${String(place)} ${name}`, { name, in: String(place), isRequired, value: needed })
  }
  return [...byPlace.values()]
}

/** Its example, or a value that is drawn, or one that fits. */
function parameterValue(
  name: string,
  parameter: Json,
  { references, data, report }: OperationContext,
): string {
  const samples = new Samples(references, data, report)
  const schema = references.resolve(parameter['schema'] ?? references.schemaOfContent(parameter))
  const example = samples.exampleOf(parameter) ?? (isObject(schema) ? samples.exampleOf(schema) : undefined)
  if (example !== undefined) return textOf(example)
  if (!isObject(schema)) return '1'
  return data.drawn(name, schema) ?? textOf(samples.valueOf(schema, name))
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',')
  return typeof value === 'object' && value !== null ? literal(JSON.stringify(value)) : literal(String(value))
}

interface Sent {
  readonly body: ImportedBody | null
  readonly headers: Readonly<Record<string, string>>
}

const NOTHING: Sent = { body: null, headers: {} }

function bodyOf(given: unknown, context: OperationContext, place: string): Sent {
  const { references, report } = context
  const requestBody = references.resolve(given)
  const content = isObject(requestBody) && isObject(requestBody['content']) ? requestBody['content'] : {}
  const types = Object.keys(content)
  const type =
    types.find((each) => /json/i.test(each)) ?? types.find((each) => /urlencoded/i.test(each)) ?? types[0]
  if (type === undefined) return NOTHING
  const value = sampleOf(lookUp(content, type), context)
  if (value === undefined) report.lost('bodies without a schema or an example', place)
  return value === undefined ? NOTHING : sentAs(type, value, place, report)
}

/** Its example, or a value that fits its schema; undefined without either. */
function sampleOf(media: unknown, { references, data, report }: OperationContext): unknown {
  if (!isObject(media)) return undefined
  const samples = new Samples(references, data, report)
  const example = samples.exampleOf(media)
  if (example !== undefined) return literalJson(example)
  const schema = references.resolve(media['schema'])
  return isObject(schema) ? samples.drawnValueOf(schema, '') : undefined
}

function sentAs(type: string, value: unknown, place: string, report: ImportReport): Sent {
  // A kind of JSON of its own is said so, in the place of application/json.
  if (/json/i.test(type))
    return {
      body: { json: value },
      headers: /^application\/json/i.test(type) ? {} : { 'content-type': type },
    }
  if (/urlencoded/i.test(type) && isObject(value)) {
    const fields = Object.entries(value).map(([name, entry]) => [
      name,
      typeof entry === 'string' ? entry : textOf(entry),
    ])
    return { body: { form: Object.fromEntries(fields) }, headers: {} }
  }
  if (/^text\/|xml/i.test(type) && typeof value === 'string')
    return { body: { body: value }, headers: { 'content-type': type } }
  report.lost(`bodies of type ${type}`, place)
  return NOTHING
}

/** Statuses of success, and the type of the answer where there is one of them. */
function expectOf(given: unknown, references: References): ImportedExpect {
  const responses = references.resolve(given)
  if (!isObject(responses)) return {}
  const good = Object.keys(responses).filter((status) => /^[23](\d\d|XX)$/i.test(status))
  if (good.length === 0) return {}
  const statuses = good.map((status) => (/xx$/i.test(status) ? status.toLowerCase() : Number(status)))
  const [first] = good
  const isAlone = good.length === 1 && first !== undefined
  const answer = isAlone ? references.schemaOfContent(lookUp(responses, first)) : null
  return {
    status: isAlone ? (statuses[0] as number | string) : statuses,
    ...(answer === null ? {} : { header: { 'content-type': 'json' } }),
  }
}
