/** A value in a recorded answer, and the extraction that takes it out of answers like it. */
import { parseJson } from '../../base/parse-json.ts'

/** An answer as far as values are looked for in it. */
export interface RecordedAnswer {
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** '' where none was recorded. */
  readonly body: string
  readonly isJson: boolean
}

export interface FoundValue {
  /** `json:cart.id`, `header:x-token` or `regex:...`. */
  readonly source: string
  /** The name of the value there; '' for none. */
  readonly name: string
  /** The name of what has it; '' for none. */
  readonly parent: string
}

/** Headers that say nothing that a later request is made of. */
const UNTELLING =
  /^(?:date|content-length|content-type|content-encoding|etag|last-modified|expires|age|server|cache-control|vary|set-cookie|connection|keep-alive)$/i
/** Text before a value by which it is found again, and the end of it. */
const CONTEXT_CHARS = 40
/** An attribute of a page that says where something is, or what it is called there. */
const LINK = /\b(?:src|href|action|srcset|class|style|id|for|rel|type|alt|title|target)\s*=\s*["'][^"'<>]*$/i
const parsed = new WeakMap<RecordedAnswer, { readonly document: unknown }>()

/** Finds a value; null where no extraction would find it again in this very answer. */
export function findValue(answer: RecordedAnswer, value: string): FoundValue | null {
  return inHeaders(answer, value) ?? (answer.isJson ? inJson(answer, value) : inText(answer, value))
}

function inHeaders({ headers }: RecordedAnswer, value: string): FoundValue | null {
  const header = headers.find((each) => each.value === value && !UNTELLING.test(each.name))
  if (header === undefined) return null
  const name = header.name.toLowerCase()
  return { source: `header:${name}`, name: name.replace(/^x-/, ''), parent: '' }
}

function inJson(answer: RecordedAnswer, value: string): FoundValue | null {
  const path = pathIn(documentOf(answer), value, [])
  if (path === null) return null
  const names = path.filter((key) => typeof key === 'string')
  return { source: `json:${pathText(path)}`, name: names.at(-1) ?? '', parent: names.at(-2) ?? '' }
}

function documentOf(answer: RecordedAnswer): unknown {
  const known = parsed.get(answer)
  if (known !== undefined) return known.document
  let document: unknown = null
  try {
    document = parseJson(answer.body)
  } catch {
    // Called JSON, and none: there is no value in it.
  }
  parsed.set(answer, { document })
  return document
}

type Key = string | number

function pathIn(document: unknown, value: string, path: readonly Key[]): readonly Key[] | null {
  if (typeof document === 'string' || typeof document === 'number')
    return String(document) === value ? path : null
  if (typeof document !== 'object' || document === null) return null
  const entries: (readonly [Key, unknown])[] = Array.isArray(document)
    ? document.map((entry, i) => [i, entry] as const)
    : Object.entries(document)
  for (const [key, entry] of entries) {
    const found = pathIn(entry, value, [...path, key])
    if (found !== null) return found
  }
  return null
}

/** Writes a path as extractions read it. */
export function pathText(path: readonly Key[]): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`
      if (/[.[\]"'*$]|^$/.test(key)) return `[${JSON.stringify(key)}]`
      return i === 0 ? key : `.${key}`
    })
    .join('')
}

/** Finds a value between the text before it and the character after it, as the fields of a form or the attributes of a page have it. */
function inText({ body }: RecordedAnswer, value: string): FoundValue | null {
  for (let at = body.indexOf(value); at !== -1; at = body.indexOf(value, at + 1)) {
    const found = around(body, at, value)
    if (found !== null) return found
  }
  return null
}

function around(body: string, at: number, value: string): FoundValue | null {
  const after = body[at + value.length] ?? ''
  if (!/["'<&\s;,?)#]/.test(after)) return null
  const lineStart = body.lastIndexOf('\n', at - 1) + 1
  const before = body.slice(Math.max(lineStart, at - CONTEXT_CHARS), at)
  const [, name = ''] =
    /name=["']([^"']+)["'][^<>]*$/.exec(body.slice(Math.max(0, at - 4 * CONTEXT_CHARS), at)) ??
    /([\w-]+)["']?\s*[:=]\s*["']?$/.exec(before) ??
    []
  // Links and names of a page are as stable as the page, but for the numbers in them.
  if (LINK.test(before) && !/^(?:\d+|[\da-f-]{16,})$/i.test(value)) return null
  // A digit or an id in the context would be of this one answer.
  const context = /[^\d]*$/.exec(before)?.[0] ?? ''
  if (context.trim().length < 4) return null
  const pattern = `${escaped(context)}([^${/\s/.test(after) ? '\\s' : escapedInClass(after)}]+)`
  return new RegExp(pattern).exec(body)?.[1] === value
    ? { source: `regex:${pattern}`, name, parent: '' }
    : null
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\s+/g, '\\s+')
}

function escapedInClass(character: string): string {
  return /[\\\]^-]/.test(character) ? `\\${character}` : character
}
