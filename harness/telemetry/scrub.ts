/**
 * Makes anything fit to be logged: a plain copy in which no secret is left, known by its value (in any text, key, error,
 * and any of its encodings) or by the name it goes by, at any depth. Bytes are told by their number only. The copy is
 * bounded in depth and size, and what cannot be read (a getter that throws, a cycle) is said in its place; the input is
 * never changed.
 */
import { types } from 'node:util'
import { isoOf } from '../base/clock.ts'
import { createMask, MASK, type MaskText } from '../base/secret-mask.ts'
import { isSecretName, maskNamed } from './secret-names.ts'

const DEPTH_MAX = 10
/** Values in one copy. */
const VALUES_MAX = 2_000
/** Characters of one text that are kept; beyond the second bound nobody looks for secrets in it, and none is kept. */
const TEXT_CHARS_MAX = 16_384
const TEXT_CHARS_READ = 1_048_576

/** Gives the plain copy. Never throws. */
export type Scrub = (value: unknown) => unknown

/** Made once for the secrets of a run. */
export function createScrub(secrets: Readonly<Record<string, string>>): Scrub {
  const mask = createMask(secrets)
  return (value) => new Copying(mask).copy(value, 0)
}

/** Fields of an error that are not enumerable. */
const ERROR_FIELDS = ['message', 'stack', 'cause', 'errors']

/** One copy under way. */
class Copying {
  readonly #mask: MaskText
  /** Objects that the present one is part of. */
  readonly #around = new Set<object>()
  #values = 0

  constructor(mask: MaskText) {
    this.#mask = mask
  }

  copy(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        // A secret of digits does not become harmless by being a number.
        return this.#mask(`${value}`) === `${value}` ? value : MASK
      case 'bigint':
        return this.#text(`${value}`)
      case 'symbol':
        return this.#text(value.toString())
      case 'function':
        return '[function]'
      case 'object':
        return value === null ? null : this.#object(value, depth)
      default:
        return value
    }
  }

  #text(text: string): string {
    if (text.length > TEXT_CHARS_READ) return `[text of ${text.length} characters]`
    const masked = maskNamed(this.#mask(text), MASK)
    if (masked.length <= TEXT_CHARS_MAX) return masked
    return `${masked.slice(0, TEXT_CHARS_MAX)}[and ${masked.length - TEXT_CHARS_MAX} characters]`
  }

  #object(value: object, depth: number): unknown {
    if (this.#around.has(value)) return '[circular]'
    if (depth >= DEPTH_MAX) return '[deeper]'
    if (++this.#values > VALUES_MAX) return '[more]'
    this.#around.add(value)
    try {
      return this.#parts(value, depth + 1)
    } catch {
      // A proxy, or a getter of what has to be known first: whatever is wrong with it, logging goes on.
      return '[unreadable]'
    } finally {
      this.#around.delete(value)
    }
  }

  #parts(value: object, depth: number): unknown {
    const bytes = bytesIn(value)
    if (bytes !== null) return `[${bytes} bytes]`
    if (value instanceof Error) return this.#error(value, depth)
    if (Array.isArray(value)) return this.#list(value, depth)
    if (types.isSet(value)) return this.#list([...value], depth)
    if (types.isMap(value)) return this.#fields([...value], depth)
    if (types.isDate(value)) return isoOf(value.getTime())
    if (types.isRegExp(value) || value instanceof URL) return this.#text(`${value}`)
    if (types.isBoxedPrimitive(value)) return this.copy(value.valueOf(), depth)
    return this.#record(value, depth)
  }

  #error(error: Error, depth: number): unknown {
    const names = [...new Set([...ERROR_FIELDS, ...Object.keys(error)])].filter((name) =>
      Reflect.has(error, name),
    )
    const type = this.#text(read(() => error.constructor.name) as string)
    return { type, ...this.#fields(entriesOf(error, names), depth) }
  }

  /** `{ name: 'authorization', value: '...' }` is a header, too. */
  #record(value: object, depth: number): unknown {
    const entries = entriesOf(value, Object.keys(value))
    const name = entries.find(([key, named]) => /^(name|key|header)$/i.test(key) && isSecret(named))
    return this.#fields(
      name === undefined ? entries : entries.map(([key, own]) => [key, key === 'value' ? MASK : own]),
      depth,
    )
  }

  #fields(entries: readonly (readonly [key: unknown, value: unknown])[], depth: number): object {
    const fields: [string, unknown][] = []
    for (const [key, value] of entries) {
      if (++this.#values > VALUES_MAX) {
        fields.push(['...', '[more]'])
        break
      }
      const name = typeof key === 'string' ? key : String(this.copy(key, DEPTH_MAX))
      fields.push([this.#text(name), isSecret(name) && isHideable(value) ? MASK : this.copy(value, depth)])
    }
    return Object.fromEntries(fields)
  }

  /** Headers come as pairs, and as a list of names and values in turn: what follows the name of a secret is one. */
  #list(items: readonly unknown[], depth: number): unknown[] {
    const list: unknown[] = []
    for (const [place, item] of items.entries()) {
      if (++this.#values > VALUES_MAX) return [...list, `[and ${items.length - place} more]`]
      list.push(isSecret(items[place - 1]) && isHideable(item) ? MASK : this.copy(item, depth))
    }
    return list
  }
}

function isSecret(name: unknown): boolean {
  return typeof name === 'string' && isSecretName(name)
}

/** That a secret is absent, or whether there is one, may be told. */
function isHideable(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean'
}

function entriesOf(owner: object, names: readonly string[]): [string, unknown][] {
  return names.map((name) => [name, read(() => Reflect.get(owner, name))])
}

function read(get: () => unknown): unknown {
  try {
    return get()
  } catch {
    // A getter that throws.
    return '[unreadable]'
  }
}

/** Number of bytes in what holds bytes, also in what JSON makes of a Buffer; null for anything else. */
function bytesIn(value: object): number | null {
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer || ArrayBuffer.isView(value))
    return value.byteLength
  const [[, type], [, data]] = entriesOf(value, ['type', 'data']) as [[string, unknown], [string, unknown]]
  return type === 'Buffer' && Array.isArray(data) ? data.length : null
}
