/** Scenarios as YAML or JSON: the declarative part of what a module can say, with the place of everything in the file. */
import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { type Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml'
import type { Problem } from '../base/errors.ts'
import { SCENARIO_FILE } from './require-file.ts'
import { type LocatePath, type PlaceAt, readTextFile } from './text-file.ts'

/** A scenario in a text file, read. */
export interface TextScenario {
  readonly document: unknown
  readonly scenarioHash: string
  readonly locate: LocatePath
}

/** Tests for a file that is read as text rather than run as a module. */
export function isTextScenario(file: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(file))
}

/** @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED with the lines that cannot be read */
export async function loadTextScenario(file: string): Promise<TextScenario> {
  const { text, ...read } = await readTextFile(file, SCENARIO_FILE, [functionMarkers, changedNumbers])
  return { ...read, scenarioHash: createHash('sha256').update(text).digest('hex') }
}

/** `$code` stands for functions of a module; in text there is nothing it could name. */
function functionMarkers(parsed: Document, placeAt: PlaceAt): Problem[] {
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
function changedNumbers(parsed: Document, placeAt: PlaceAt): Problem[] {
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
