/** Collections of Postman, versions 2.0 and 2.1: folders are journeys, and simple scripts extractions and expectations. */
import { isObject, type Json } from '../environments.ts'
import { FilledIn } from './filled-in.ts'
import type { ImportFormat } from './format.ts'
import { type ImportedJourney, type ImportedStep, importedOf } from './imported.ts'
import { translated } from './moustache.ts'
import { type PostmanContext, requestOfItem } from './postman-request.ts'
import { namesSetIn } from './postman-script.ts'
import type { ImportReport } from './report.ts'
import type { ImportSource } from './source.ts'

/** Folders within folders; more are no collection. */
const DEPTH_MAX = 30

export const postman: ImportFormat = {
  name: 'postman',
  title: 'Postman collection',
  isLikely(source) {
    if (!source.looksLikeJson) return false
    const document = source.json()
    if (!isObject(document)) return false
    const { info, collection, _postman_variable_scope: scope, requests, order } = document
    const isOne =
      isObject(info) &&
      (/getpostman|postman/i.test(String(info['schema'])) || Array.isArray(document['item']))
    return (
      isOne ||
      isObject(collection) ||
      scope !== undefined ||
      (Array.isArray(requests) && Array.isArray(order))
    )
  },
  read(source, report) {
    const collection = collectionOf(source)
    const { info, item, variable, auth } = collection
    const captured = namesSetIn(collection)
    const variables = new PostmanVariables(variable, captured, report)
    const context: PostmanContext = { text: (text) => variables.text(text), report, captured }
    const journeys = journeysOf(item, { name: nameOf(info), auth, depth: 0 }, context)
    if (journeys.length === 0) throw source.invalid('holds no request', 'Export a collection with requests.')
    return importedOf(nameOf(info), { journeys, login: neededElsewhere(journeys), data: variables.data })
  },
}

/** Requests of which another folder uses what they bring: variables are those of the whole collection there, and of one journey here. */
function neededElsewhere(journeys: readonly ImportedJourney[]): readonly ImportedStep[] {
  const needed = new Set(journeys.flatMap(borrowedBy))
  const makers = new Map<string, ImportedStep>()
  for (const step of journeys.flatMap(({ steps }) => steps))
    for (const variable of variablesOf(step)) if (!makers.has(variable)) makers.set(variable, step)
  return [...new Set(makers.values())].filter((step) => variablesOf(step).some((name) => needed.has(name)))
}

/** Variables that a journey uses and does not set. */
function borrowedBy({ steps }: ImportedJourney): readonly string[] {
  const own = new Set(steps.flatMap(variablesOf))
  const used = [...JSON.stringify(steps).matchAll(/\{\{([\w-]+)\}\}/g)].map(([, name]) => name as string)
  return used.filter((name) => !own.has(name))
}

function variablesOf(step: ImportedStep): readonly string[] {
  return step.kind === 'request' ? Object.keys(step.extract) : []
}

function nameOf(info: unknown): string {
  return isObject(info) && typeof info['name'] === 'string' ? info['name'] : 'postman'
}

function collectionOf(source: ImportSource): Json {
  const given = source.json()
  const document = isObject(given) && isObject(given['collection']) ? given['collection'] : given
  if (!isObject(document)) throw source.invalid('is no collection', 'Export it as Collection v2.1.')
  if (document['_postman_variable_scope'] !== undefined)
    throw source.invalid(
      'is an environment of Postman, and no collection',
      'Import the collection; write values of the environment into its data.',
    )
  if (Array.isArray(document['requests']) && document['item'] === undefined)
    throw source.invalid('is a collection of version 1', 'Export it as Collection v2.1.')
  const { info, item } = document
  const schema = isObject(info) ? String(info['schema'] ?? '') : ''
  if (schema !== '' && !/v2\.[01]/.test(schema))
    throw source.invalid(`is a collection of the version ${schema}`, 'Export it as Collection v2.1.')
  if (!Array.isArray(item))
    throw source.invalid('is no collection: it has no list item', 'Export it as Collection v2.1.')
  return document
}

interface Folder {
  readonly name: string
  /** Inherited by what has none of its own. */
  readonly auth: unknown
  readonly depth: number
}

/** A journey for the requests of each folder; folders within it come after it. */
function journeysOf(items: unknown, folder: Folder, context: PostmanContext): readonly ImportedJourney[] {
  const own: ImportedStep[] = []
  const below: ImportedJourney[] = []
  for (const item of (Array.isArray(items) ? items : []).filter(isObject)) {
    const auth = item['auth'] ?? folder.auth
    if (Array.isArray(item['item'])) {
      if (folder.depth >= DEPTH_MAX) context.report.lost('folders below thirty others')
      else
        below.push(
          ...journeysOf(
            item['item'],
            { name: String(item['name'] ?? folder.name), auth, depth: folder.depth + 1 },
            context,
          ),
        )
    } else own.push(...requestOfItem(item, auth, context))
  }
  return own.length === 0 ? below : [{ name: folder.name, weight: own.length, steps: own }, ...below]
}

/** Variables of the collection; what scripts set is a variable of the agent. */
class PostmanVariables {
  readonly #values = new Map<string, unknown>()
  readonly #captured: ReadonlySet<string>
  readonly #filled: FilledIn

  constructor(given: unknown, captured: ReadonlySet<string>, report: ImportReport) {
    this.#captured = captured
    this.#filled = new FilledIn(report)
    for (const variable of (Array.isArray(given) ? given : []).filter(isObject))
      if (variable['disabled'] !== true)
        this.#values.set(String(variable['key'] ?? variable['id']), variable['value'])
  }

  get data() {
    return this.#filled.data
  }

  text(text: string, level = 0): string {
    return translated(text, (name) => this.#variable(name, level))
  }

  #variable(name: string, level: number): string {
    if (name.startsWith('$')) return this.#filled.made(name)
    if (this.#captured.has(name) && /^[\w-]+$/.test(name)) return `{{${name}}}`
    const value = this.#values.get(name)
    // Values may refer to other variables, and to themselves in a circle.
    if (typeof value === 'string' && value !== '' && level < 10) return this.text(value, level + 1)
    return typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : this.#filled.unknown(name)
  }
}
