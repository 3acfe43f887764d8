/** References within one document, and the schemas that they lead to. */
import { lookUp } from '../../../base/names.ts'
import { isObject, type Json } from '../../environments.ts'
import type { ImportReport } from '../report.ts'

/** References to references; more go round in a circle. */
const HOPS_MAX = 30
const LEVELS_MAX = 20

export class References {
  readonly #document: Json
  readonly #report: ImportReport

  constructor(document: Json, report: ImportReport) {
    this.#document = document
    this.#report = report
  }

  /** Follows `$ref`; undefined where it leads nowhere. */
  resolve(value: unknown): unknown {
    let found = value
    for (let hops = 0; hops < HOPS_MAX; hops++) {
      if (!isObject(found) || typeof found['$ref'] !== 'string') return found
      found = this.#at(found['$ref'])
    }
    this.#report.lost('references that go round in a circle')
    return undefined
  }

  /** The schema of the JSON body of a response or request; null for none. */
  schemaOfContent(given: unknown): Json | null {
    const media = this.jsonMedia(given)
    const schema = media === null ? undefined : this.resolve(media['schema'])
    return isObject(schema) ? schema : null
  }

  /** The media type of JSON of a body. */
  jsonMedia(given: unknown): Json | null {
    const body = this.resolve(given)
    const content = isObject(body) && isObject(body['content']) ? body['content'] : {}
    const [, media] = Object.entries(content).find(([type]) => /json/i.test(type)) ?? []
    return isObject(media) ? media : null
  }

  /** The properties of an object, those of all parts that it is put together of included. */
  propertiesOf(schema: Json, level = 0): Json {
    const own = isObject(schema['properties']) ? schema['properties'] : {}
    const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => {
      const given = lookUp(schema, key)
      const list = Array.isArray(given) ? given : []
      return key === 'allOf' ? list : list.slice(0, 1)
    })
    if (level > LEVELS_MAX) return own
    return Object.fromEntries([
      ...parts.flatMap((part) => {
        const resolved = this.resolve(part)
        return isObject(resolved) ? Object.entries(this.propertiesOf(resolved, level + 1)) : []
      }),
      ...Object.entries(own),
    ])
  }

  #at(reference: string): unknown {
    if (!reference.startsWith('#/')) {
      this.#report.lost('references to other documents: bundle them into one first', reference)
      return undefined
    }
    let found: unknown = this.#document
    for (const part of reference.slice(2).split('/')) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const owner: unknown = found
      const entries = typeof owner === 'object' && owner !== null ? new Map(Object.entries(owner)) : null
      found = entries?.get(key)
    }
    if (found === undefined) this.#report.lost('references that lead nowhere', reference)
    return found
  }
}
