/** The settings of a target plugin as tables for its page in docs/, made from the schemas that check scenarios. */
import type * as z from 'zod'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { jsonSchemaOf } from '../../harness/scenario/json-schema.ts'

const BEGIN = '<!-- settings -->'
const END = '<!-- /settings -->'

/** A schema as far as the tables read it. */
interface Shape {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Shape
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Shape>>
}

/** The definitions of a schema, those that are described already without their parts. */
type Definitions = ReadonlyMap<string, Shape>

interface Row {
  readonly path: string
  readonly type: string
  readonly standard: string
  readonly meaning: string
}

/** Returns a page with a table in its place, between `<!-- name -->` and `<!-- /name -->`. @throws Error when the page has no place for one */
export function withTable(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`no ${begin} and ${end} after it`)
  return `${page.slice(0, from)}${begin}\n\n${table}\n\n${page.slice(to)}`
}

/** The settings of a schema as one table. */
export function settingsTable(schema: z.ZodType): string {
  return tableOf(jsonSchemaOf(schema)).join('\n')
}

/** Returns the page with its table brought up to date. @throws Error when the page has no place for one */
export function withSettings(page: string, plugin: TargetPlugin): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`no ${BEGIN} and ${END} after it`)
  return `${page.slice(0, from)}${BEGIN}\n${settingsOf(plugin)}\n${page.slice(to)}`
}

function settingsOf({ configSchema, requestSchema }: TargetPlugin): string {
  return [
    ...section('Configuration', jsonSchemaOf(configSchema)),
    ...section('Request', jsonSchemaOf(requestSchema)),
  ].join('\n')
}

function section(title: string, schema: Shape): string[] {
  return ['', `### ${title}`, '', ...tableOf(schema), '']
}

function tableOf(schema: Shape): string[] {
  return [
    '| Setting | Type | Default | Meaning |',
    '|---|---|---|---|',
    ...rowsOf(schema, '', true, definitionsOf(schema)).map(
      ({ path, type, standard, meaning }) => `| \`${path}\` | ${type} | ${standard} | ${meaning} |`,
    ),
  ]
}

/** The settings in a schema and below, each path once: alternatives that share a setting describe it once. */
function rowsOf(schema: Shape, prefix: string, isNeeded: boolean, known: Definitions): Row[] {
  const rows = new Map<string, Row>()
  const variants = variantsOf(schema)
  for (const { properties = {}, required = [] } of variants)
    for (const [key, property] of Object.entries(properties)) {
      const path = prefix + key
      const needed = isNeeded && variants.length === 1 && required.includes(key)
      const [whole, left] = defined(property, known)
      for (const row of [rowOf(path, whole, needed), ...rowsBelow(path, whole, left)])
        if (!rows.has(row.path)) rows.set(row.path, row)
    }
  return [...rows.values()]
}

function rowsBelow(path: string, property: Shape, known: Definitions): Row[] {
  return variantsOf(property).flatMap((variant) => {
    if (variant.type === 'array' && variant.items) return rowsInside(variant.items, `${path}[].`, known)
    if (typeof variant.additionalProperties === 'object')
      return rowsInside(variant.additionalProperties, `${path}.*.`, known)
    return rowsOf({ ...variant, anyOf: [] }, `${path}.`, true, known)
  })
}

function rowsInside(schema: Shape, prefix: string, known: Definitions): Row[] {
  const [whole, left] = defined(schema, known)
  return rowsOf(whole, prefix, true, left)
}

function definitionsOf({ $defs = {} }: Shape): Definitions {
  return new Map(Object.entries($defs).map(([name, shape]) => [`#/$defs/${name}`, shape]))
}

/** Returns a schema with what it refers to in its place, and the definitions as they are below it. */
function defined(schema: Shape, known: Definitions): readonly [Shape, Definitions] {
  const { $ref, ...own } = schema
  if ($ref === undefined) return [schema, known]
  const found = known.get($ref) ?? {}
  // Told once: below, it is a reference without what it refers to.
  const { description = '' } = found
  const told = new Map(known).set($ref, { type: 'as above', description })
  return [{ ...found, ...own }, told]
}

function rowOf(path: string, property: Shape, isNeeded: boolean): Row {
  const { default: value, description = '' } = property
  const unset = isNeeded ? 'required' : ''
  const standard = value === undefined || isComposite(value) ? unset : code(value)
  return { path, type: typeOf(property), standard, meaning: cell(description) }
}

/** A composite default is told by the rows of its parts. */
function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function typeOf(shape: Shape): string {
  const { type, anyOf, oneOf, items, additionalProperties } = shape
  if (shape.const !== undefined) return code(shape.const)
  if (shape.enum !== undefined) return shape.enum.map(code).join(', ')
  const alternatives = anyOf ?? oneOf
  if (alternatives !== undefined) return [...new Set(alternatives.map(typeOf))].join(' or ')
  if (type === 'array') return items === undefined ? 'list' : `list of ${typeOf(items)}`
  if (type === 'object') return typeof additionalProperties === 'object' ? 'map' : 'object'
  if (type === 'string') return 'text'
  return type ?? 'anything'
}

/** The alternatives of a schema that have settings of their own; itself when it has none. */
function variantsOf(schema: Shape): readonly Shape[] {
  const alternatives = schema.anyOf ?? schema.oneOf ?? []
  return alternatives.length === 0 ? [schema] : alternatives.flatMap(variantsOf)
}

function code(value: unknown): string {
  return `\`${cell(typeof value === 'string' ? value : JSON.stringify(value))}\``
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')
}
