/**
 * Prepares any value for the log: a plain copy without secrets, recognized by their value (in any text, key, error
 * and encoding) or by the name of their key, at any depth. Bytes are replaced by their number. The copy is
 * bounded in depth and size, and unreadable parts (a getter that throws, a cycle) are replaced by a note; the input is
 * never changed.
 */
import { types } from 'node:util'
import { isoOf } from '../base/clock.ts'
import { createMask, MASK, type MaskText } from '../base/secret-mask.ts'
import { isSecretName, maskNamed } from './secret-names.ts'

const DEPTH_MAX = 10
/** The maximum number of values in one copy. */
const VALUES_MAX = 2_000
/**
 * The maximum characters of a text: longer texts are cut; beyond the second bound they are dropped, because they are not searched
 * for secrets.
 */
const TEXT_CHARS_MAX = 16_384
const TEXT_CHARS_READ = 1_048_576

/** Returns the plain copy. Never throws. */
export type Scrub = (value: unknown) => unknown

/** Creates the scrubber for the secrets of a run. */
export function createScrub(secrets: Readonly<Record<string, string>>): Scrub {
  const mask = createMask(secrets)
  return (value) => new Copying(mask).copy(value, 0)
}

/** The fields of an error that are not enumerable. */
const ERROR_FIELDS = ['message', 'stack', 'cause', 'errors']

/** The state of one copy. */
class Copying {
  readonly #mask: MaskText
  /** The objects that contain the present one. */
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
      // A proxy, or a getter of a field that is needed first: logging continues whatever its error.
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

  /** Copies an object; `{ name: 'authorization', value: '...' }` is a header, too. */
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

  /**
   * Copies a list. Headers come as pairs, or as a list of alternating names and values: the value after the name of a secret is
   * one.
   */
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

/** Returns true for values that may be secret: whether there is one (null, undefined, a boolean) may be shown. */
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

/** Returns the number of bytes in a byte container, also in the JSON form of a Buffer; null for anything else. */
function bytesIn(value: object): number | null {
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer || ArrayBuffer.isView(value))
    return value.byteLength
  const [[, type], [, data]] = entriesOf(value, ['type', 'data']) as [[string, unknown], [string, unknown]]
  return type === 'Buffer' && Array.isArray(data) ? data.length : null
}
