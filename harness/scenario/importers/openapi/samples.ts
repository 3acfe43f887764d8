/** Values that fit a schema. */
import { lookUp, putAt } from '../../../base/names.ts'
import { isObject, type Json } from '../../environments.ts'
import { literalJson } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { type Data, typeOf } from './data.ts'
import type { References } from './references.ts'

const LEVELS_MAX = 8
const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-15',
  'date-time': '2026-01-15T10:30:00Z',
  time: '10:30:00Z',
  uuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  email: 'user@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'cHJvb2Zsb2Fk',
  password: 'secret',
}

export class Samples {
  readonly #references: References
  readonly #data: Data
  readonly #report: ImportReport

  constructor(references: References, data: Data, report: ImportReport) {
    this.#references = references
    this.#data = data
    this.#report = report
  }

  /** The value that the document itself gives; undefined for none. */
  exampleOf(holder: Json): unknown {
    if (holder['example'] !== undefined) return holder['example']
    const { examples } = holder
    if (Array.isArray(examples)) return examples[0]
    const [first] = isObject(examples) ? Object.values(examples) : []
    const resolved = this.#references.resolve(first)
    if (isObject(resolved) && resolved['value'] !== undefined) return resolved['value']
    return holder['const'] ?? holder['default']
  }

  /** A value with texts that are drawn anew for each iteration, where their schema says nothing else. */
  drawnValueOf(schema: Json, name: string): unknown {
    return this.#value(schema, name, 0, true)
  }

  valueOf(schema: Json, name: string): unknown {
    return this.#value(schema, name, 0, false)
  }

  #value(given: unknown, name: string, level: number, isDrawn: boolean): unknown {
    const schema = this.#references.resolve(given)
    if (!isObject(schema) || level > LEVELS_MAX) return null
    const example = this.exampleOf(schema)
    if (example !== undefined) return literalJson(example)
    const choices = schema['enum']
    const type = typeOf(schema)
    if (isDrawn && type === 'string') {
      const drawn = this.#data.drawn(name || 'text', schema)
      if (drawn !== null) return drawn
    }
    if (Array.isArray(choices)) return choices[0]
    if (
      type === 'object' ||
      schema['allOf'] !== undefined ||
      schema['oneOf'] !== undefined ||
      schema['anyOf'] !== undefined
    )
      return this.#object(schema, name, level, isDrawn)
    if (type === 'array') return [this.#value(schema['items'], name, level + 1, isDrawn)]
    return this.#plain(schema, type, name)
  }

  #object(schema: Json, name: string, level: number, isDrawn: boolean): unknown {
    const properties = this.#references.propertiesOf(schema)
    const [variant] = [schema['oneOf'], schema['anyOf'], schema['allOf']].flatMap((list) =>
      Array.isArray(list) ? list.slice(0, 1) : [],
    )
    if (Object.keys(properties).length === 0)
      return variant === undefined ? {} : this.#value(variant, name, level + 1, isDrawn)
    const required = new Set(this.#requiredOf(schema, 0))
    const value: Record<string, unknown> = {}
    for (const [key, given] of Object.entries(properties)) {
      const property = this.#references.resolve(given)
      if (!isObject(property) || property['readOnly'] === true) continue
      // What may be left out is sent where the document shows it, and where nothing is required at all.
      const isShown = required.has(key) || required.size === 0 || this.exampleOf(property) !== undefined
      if (isShown) putAt(value, key, this.#value(property, key, level + 1, isDrawn))
    }
    return value
  }

  #requiredOf(schema: Json, level: number): readonly string[] {
    const own = Array.isArray(schema['required'])
      ? schema['required'].filter((key) => typeof key === 'string')
      : []
    const parts = Array.isArray(schema['allOf']) && level < LEVELS_MAX ? schema['allOf'] : []
    return [
      ...own,
      ...parts.flatMap((part) => {
        const resolved = this.#references.resolve(part)
        return isObject(resolved) ? this.#requiredOf(resolved, level + 1) : []
      }),
    ]
  }

  #plain(schema: Json, type: string, name: string): unknown {
    if (type === 'boolean') return true
    if (type === 'integer' || type === 'number') return this.#number(schema)
    if (schema['pattern'] !== undefined)
      this.#report.lost('patterns of texts: the values are made up', `${name} ${String(schema['pattern'])}`)
    const { format } = schema
    const sample = (typeof format === 'string' ? lookUp(FORMATS, format) : undefined) ?? (name || 'text')
    return sized(
      sample ?? 'text',
      Number(schema['minLength'] ?? 0),
      Number(schema['maxLength'] ?? sample?.length),
    )
  }

  #number(schema: Json): number {
    const low = Number(schema['minimum'] ?? Number.NaN)
    const high = Number(schema['maximum'] ?? Number.NaN)
    if (!Number.isNaN(low)) return schema['exclusiveMinimum'] === true ? low + 1 : low
    return Number.isNaN(high) ? 1 : Math.min(1, high)
  }
}

function sized(text: string, charsMin: number, charsMax: number): string {
  const long = text.length < charsMin ? text.padEnd(Math.min(charsMin, 10_000), text || 'x') : text
  return long.length > charsMax ? long.slice(0, charsMax) : long
}
