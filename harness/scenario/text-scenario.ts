/** Scenarios as YAML or JSON: the declarative part of what a module can say, with the place of everything in the file. */
import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml'
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { readRegularText } from '../system/files.ts'
import { requireFile } from './bundle.ts'
import { isObject } from './environments.ts'
import { keysOfPath } from './problems.ts'

/** `journeys.buy.steps[2].think` -> `checkout.yaml:12:7`: that place, or the nearest one above it that exists. */
export type LocatePath = (path: string) => string | null

/** A text file, read. */
export interface TextScenario {
  readonly document: unknown
  readonly scenarioHash: string
  readonly locate: LocatePath
}

/** Parsed, YAML takes some forty times the memory of its text. */
const BYTES_MAX = 16 * 1024 ** 2

/** Tests for a file that is read as text rather than run as a module. */
export function isTextScenario(file: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(file))
}

/** @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED with the lines that cannot be read */
export async function loadTextScenario(file: string): Promise<TextScenario> {
  await requireFile(file)
  const text = await readRegularText(file, { bytesMax: BYTES_MAX }).catch((cause: unknown) => {
    throw unreadable(file, [{ path: file, message: messageOf(cause) }], cause)
  })
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const problems = [
    ...parsed.errors.map(({ message, pos }): Problem => ({ path: placeAt(pos[0]), message })),
    ...functionMarkers(parsed, placeAt),
    ...changedNumbers(parsed, placeAt),
  ]
  if (problems.length > 0) throw unreadable(file, problems)
  return {
    document: plainValueOf(parsed, file),
    scenarioHash: createHash('sha256').update(text).digest('hex'),
    locate: (path) => placeOf(parsed, keysOfPath(path), placeAt),
  }
}

function unreadable(file: string, problems: readonly Problem[], cause?: unknown): HarnessError {
  return new HarnessError('SCENARIO_LOAD_FAILED', `${file} is not a valid YAML or JSON scenario`, {
    problems,
    hint: 'Fix the places named above.',
    cause,
  })
}

function plainValueOf(parsed: Document, file: string): unknown {
  try {
    return withoutAnchorKeys(parsed.toJS())
  } catch (cause) {
    // Aliases without a source, or so many that they would fill the memory.
    throw unreadable(file, [{ path: file, message: messageOf(cause) }], cause)
  }
}

/** Leaves out top-level keys `x-...`, which only hold anchors for the rest of the file. */
function withoutAnchorKeys(document: unknown): unknown {
  if (!isObject(document)) return document
  return Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('x-')))
}

/** `$code` stands for functions of a module; in text there is nothing it could name. */
function functionMarkers(parsed: Document, placeAt: (offset: number) => string): Problem[] {
  const found: Problem[] = []
  const look = (node: unknown): void => {
    if (isSeq(node)) node.items.forEach(look)
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      if (isScalar(key) && key.value === '$code') {
        found.push({
          path: placeAt(key.range?.[0] ?? 0),
          message: 'code is not possible in YAML and JSON',
          expected: 'a TypeScript scenario for code',
        })
      }
      look(value)
    }
  }
  look(parsed.contents)
  return found
}

/**
 * Numbers that would not be sent as they are written (`01234`, `1.10`, twenty digits): those of rows become text, as rows
 * are; those of a body or of what is expected are problems.
 */
function changedNumbers(parsed: Document, placeAt: (offset: number) => string): Problem[] {
  const problems: Problem[] = []
  visit(parsed, {
    Scalar(_key, scalar, ancestors) {
      const { value, source, range } = scalar
      if (typeof value !== 'number' || source === undefined || String(value) === source) return
      const keys = ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [node.key.value] : []))
      if (keys.includes('rows')) scalar.value = source
      else if (keys.includes('request') || keys.includes('expect'))
        problems.push({
          path: placeAt(range?.[0] ?? 0),
          message: `the number ${source} would be sent as ${value}`,
          expected: `'${source}' in quotes for text, or ${value}`,
        })
    },
  })
  return problems
}

function placeOf(
  parsed: Document,
  keys: readonly (string | number)[],
  placeAt: (offset: number) => string,
): string | null {
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
