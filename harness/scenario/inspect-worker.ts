/** Imports a bundled scenario in a thread of its own and describes it as data: the main thread never runs author code. */
import { pathToFileURL } from 'node:url'

/** The default export with every function replaced by `{ $code: path }`; null when there is no default export. */
export async function inspectModule(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
  return module.default === undefined ? null : describe(module.default, '', new Set())
}

function describe(value: unknown, path: string, above: ReadonlySet<object>): unknown {
  if (typeof value === 'function') return { $code: path }
  if (typeof value !== 'object' || value === null) return typeof value === 'symbol' ? String(value) : value
  if (above.has(value)) throw new TypeError(`${path} refers back to an object that contains it`)
  const inside = new Set(above).add(value)
  if (Array.isArray(value)) return value.map((entry, i) => describe(entry, `${path}.${i}`, inside))
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, describe(entry, path === '' ? key : `${path}.${key}`, inside)]),
  )
}
