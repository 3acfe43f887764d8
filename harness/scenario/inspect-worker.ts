/** Imports a bundled scenario in a thread of its own and describes it as data: the main thread never runs author code. */
import { Console } from 'node:console'
import { pathToFileURL } from 'node:url'
import { isOwnCode } from '../base/own-files.ts'
import { turnAuthorOutput } from '../system/author-output.ts'

/** Contents of a module. */
export type Inspection =
  | { readonly kind: 'scenario'; readonly document: object }
  | { readonly kind: 'no-scenario'; readonly found: string }
  /** `at` is `file:line:column` in the author's source, when the stack tells. */
  | { readonly kind: 'threw'; readonly message: string; readonly at: string | null }

/** The default export with every function replaced by `{ $code: path }`. */
export async function inspectModule(path: string): Promise<Inspection> {
  guardProcess()
  try {
    const { default: scenario } = (await import(pathToFileURL(path).href)) as { default?: unknown }
    if (scenario === undefined) return { kind: 'no-scenario', found: 'no default export' }
    if (typeof scenario !== 'object' || scenario === null)
      return { kind: 'no-scenario', found: `a default export that is ${kindOf(scenario)}` }
    return { kind: 'scenario', document: describe(scenario, '', new Set()) as object }
  } catch (error) {
    return {
      kind: 'threw',
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      at: authorLineOf(error),
    }
  }
}

/** Author code that prints must not get into `--json`, and must not end the process quietly. */
function guardProcess(): void {
  globalThis.console = new Console(process.stderr, process.stderr)
  turnAuthorOutput()
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ''}) was called`)
  }
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : `a ${typeof value}`
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

/** The first line of the stack that lies in the author's source, by the source map. */
function authorLineOf(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const line of stack.split('\n')) {
    const at = /^\s+at .*?(?:\(|file:\/\/|\s)(\/[^()]*\.[cm]?[jt]sx?:\d+:\d+)\)?$/.exec(line)?.[1]
    if (at !== undefined && !at.includes('/node_modules/') && !isOwnCode(at)) return at
  }
  return null
}
