/** Files of YAML or JSON: their value, what cannot be read of them, and the place of everything in them. */
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { readRegularText } from '../system/files.ts'
import { isObject } from './environments.ts'
import { keysOfPath } from './problems.ts'
import { requireEnd } from './require-end.ts'
import { type FileKind, requireFile } from './require-file.ts'

/** `journeys.buy.steps[2].think` -> `checkout.yaml:12:7`: that place, or the nearest one above it that exists. */
export type LocatePath = (path: string) => string | null

/** The place of an offset in the text: `checkout.yaml:12:7`. */
export type PlaceAt = (offset: number) => string

/** A text file, read. */
export interface TextFile {
  readonly text: string
  readonly document: unknown
  readonly locate: LocatePath
}

/** Finds problems of a parsed file beyond its syntax; may change values that mean another thing than was parsed. */
export type TextCheck = (parsed: Document, placeAt: PlaceAt) => readonly Problem[]

/** Parsed, YAML takes some forty times the memory of its text. */
const BYTES_MAX = 16 * 1024 ** 2

/** @throws HarnessError `kind.notFound`; `kind.unreadable` with the lines that cannot be read */
export async function readTextFile(
  file: string,
  kind: FileKind,
  checks: readonly TextCheck[] = [],
): Promise<TextFile> {
  await requireFile(file, kind)
  const unreadable = (problems: readonly Problem[], cause?: unknown) =>
    new HarnessError(kind.unreadable, `${file} is not a valid YAML or JSON ${kind.noun}`, {
      problems,
      hint: 'Fix the places named above.',
      cause,
    })
  const text = await readRegularText(file, { bytesMax: BYTES_MAX }).catch((cause: unknown) => {
    throw unreadable([{ path: file, message: messageOf(cause) }], cause)
  })
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const placeAt: PlaceAt = (offset) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const problems = [
    ...parsed.errors.map(({ message, pos }): Problem => ({ path: placeAt(pos[0]), message })),
    ...checks.flatMap((check) => check(parsed, placeAt)),
  ]
  if (problems.length > 0) throw unreadable(problems)
  try {
    const document = plainValueOf(parsed)
    return { text, document, locate: (path) => placeOf(parsed, keysOfPath(path), placeAt) }
  } catch (cause) {
    // Aliases without a source, or so many that they would fill the memory.
    throw unreadable([{ path: file, message: messageOf(cause) }], cause)
  }
}

/** @throws Error for aliases that have no value */
function plainValueOf(parsed: Document): unknown {
  const value: unknown = parsed.toJS()
  requireEnd(value)
  return withoutAnchorKeys(value)
}

/** Leaves out top-level keys `x-...`, which only hold anchors for the rest of the file. */
function withoutAnchorKeys(document: unknown): unknown {
  if (!isObject(document)) return document
  return Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('x-')))
}

function placeOf(parsed: Document, keys: readonly (string | number)[], placeAt: PlaceAt): string | null {
  let node: unknown = parsed.contents
  let offset: number | null = null
  for (const key of keys) {
    const child = childOf(node, key)
    if (child === null) break
    offset = child.offset
    node = child.node
  }
  return offset === null ? null : placeAt(offset)
}

/** A member of a collection and where it begins: at its key in a map. */
function childOf(node: unknown, key: string | number): { node: unknown; offset: number } | null {
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key]
    return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : null
  }
  if (!isMap(node)) return null
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
  if (pair === undefined || !isScalar(pair.key)) return null
  return { node: pair.value, offset: pair.key.range?.[0] ?? 0 }
}
