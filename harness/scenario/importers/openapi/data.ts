/** Values of parameters and fields: those of the document where it has examples, else made by the law of their schema. */
import { putAt } from '../../../base/names.ts'
import type { Json } from '../../environments.ts'
import type { FeederDocument } from '../../feeder-schema.ts'
import { variableOf } from '../names.ts'

/** Keys without a bound of their own. */
const KEYS_MAX = 1000
const CHARS: readonly [number, number] = [6, 12]
const CHARS_MAX = 1000
/** The feeder with what is made by laws. */
const MADE = 'made'

type Generator = NonNullable<FeederDocument['generate']>[string]

/** The feeders that a document leads to. */
export class Data {
  readonly #made: Record<string, Generator> = {}
  readonly #choices: Record<string, FeederDocument> = {}

  get feeders(): Readonly<Record<string, FeederDocument>> {
    return {
      ...this.#choices,
      ...(Object.keys(this.#made).length === 0 ? {} : { [MADE]: { generate: this.#made } }),
    }
  }

  /** Returns the text of a value that is drawn anew for each iteration; null where no law fits the schema. */
  drawn(name: string, schema: Json): string | null {
    const field = variableOf(name)
    const choices = schema['enum']
    if (Array.isArray(choices) && choices.length > 1) return this.#choice(field, choices)
    const type = typeOf(schema)
    if (type === 'integer' || type === 'number') return this.#number(field, schema)
    if (type !== 'string' || schema['format'] !== undefined || schema['pattern'] !== undefined) return null
    const low = Math.min(CHARS_MAX, Number(schema['minLength'] ?? CHARS[0]) || CHARS[0])
    const high = Math.min(CHARS_MAX, Number(schema['maxLength'] ?? Math.max(low, CHARS[1])) || CHARS[1])
    return this.#generated(field, {
      law: 'value',
      bytes: [Math.min(low, high), Math.min(high, Math.max(low, CHARS[1]))],
    })
  }

  #choice(field: string, choices: readonly unknown[]): string {
    const rows = choices.flatMap((value) =>
      ['string', 'number', 'boolean'].includes(typeof value)
        ? [{ value: value as string | number | boolean }]
        : [],
    )
    const same = Object.entries(this.#choices).find(
      ([, { rows: known }]) => JSON.stringify(known) === JSON.stringify(rows),
    )
    let name = same?.[0] ?? field
    for (let n = 2; same === undefined && (Object.hasOwn(this.#choices, name) || name === MADE); n++)
      name = `${field}${n}`
    putAt(this.#choices, name, { mode: 'random', rows })
    return `{{${name}.value}}`
  }

  /** Keys are 1 to max: another range has no law. */
  #number(field: string, schema: Json): string | null {
    const low = Number(schema['minimum'] ?? 1)
    const high = Number(schema['maximum'] ?? KEYS_MAX)
    if (!(low <= 1) || !(high >= 1)) return null
    return this.#generated(field, { law: 'uniform', max: Math.min(Math.floor(high), 2 ** 31) })
  }

  #generated(field: string, law: Generator): string {
    let name = field
    for (
      let n = 2;
      Object.hasOwn(this.#made, name) &&
      JSON.stringify(this.#made[name as keyof Generator]) !== JSON.stringify(law);
      n++
    )
      name = `${field}${n}`
    putAt(this.#made, name, law)
    return `{{${MADE}.${name}}}`
  }
}

/** The type of a schema; the first but null of several (3.1). */
export function typeOf(schema: Json): string {
  const { type } = schema
  const first = Array.isArray(type) ? type.find((each) => each !== 'null') : type
  if (typeof first === 'string') return first
  return schema['properties'] === undefined ? '' : 'object'
}
