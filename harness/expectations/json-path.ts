/** Paths into a JSON document: `cart.lines[0].sku`, `$.cart["b.c"]`, `lines[-1]`. */
import { HarnessError } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'

/** A member of an object, or an element of an array; below 0 from its end. */
type Key = string | number

/** One part of a path: `.name` (the dot may be missing at the start), `[0]`, `["name"]` or `['name']`. */
const PART = /^(?:\.?([^.[\]]+)|\[(-?\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\])/

/** Finds the value at a path; undefined when any part of it is missing. */
export type FindInJson = (document: unknown) => unknown

/** Compiles a path; the empty one, and `$`, is the whole document. @throws HarnessError SCENARIO_INVALID */
export function compileJsonPath(path: string): FindInJson {
  const keys = keysOf(path)
  return (document) => keys.reduce<unknown>(memberOf, document)
}

function keysOf(path: string): Key[] {
  const keys: Key[] = []
  let rest = /^\$(?=$|[.[])/.test(path) ? path.slice(1) : path
  while (rest !== '') {
    const match = PART.exec(rest)
    if (match === null || match[1] === '*') throw unreadable(path, rest)
    const [whole, name, index, double, single] = match
    keys.push(index === undefined ? (name ?? unquoted(double ?? single ?? '')) : Number(index))
    rest = rest.slice(whole.length)
  }
  return keys
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, '$1')
}

function unreadable(path: string, rest: string): HarnessError {
  return new HarnessError('SCENARIO_INVALID', `the JSON path '${path}' cannot be read from '${rest}' on`, {
    hint: 'A path names one value: cart.lines[0].sku, $.cart["b.c"] or lines[-1]; there are no wildcards and no filters.',
  })
}

function memberOf(value: unknown, key: Key): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (typeof key === 'number' && Array.isArray(value)) return value.at(key)
  return lookUp(value as Record<string, unknown>, String(key))
}
