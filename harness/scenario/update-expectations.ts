/** Puts what answers have into the expectations of a scenario file, and leaves everything else of the file as it is. */

import { isDeepStrictEqual } from 'node:util'
import { isAlias, isCollection, isNode, type Node, parseDocument } from 'yaml'
import { lookUp } from '../base/names.ts'
import { isObject } from './environments.ts'
import { keysOfPath } from './problems.ts'

/** A value that an expectation should have. */
export interface RefreshedExpectation {
  /** `journeys.buy.steps[2]`: the step. */
  readonly place: string
  readonly kind: string
  readonly value: unknown
}

/** The text of a file with the values in it, and the places whose values could not be put. */
export interface UpdatedFile {
  readonly text: string
  readonly updated: readonly string[]
  readonly left: readonly string[]
}

interface Leaf {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/** Replaces values in a YAML or JSON text. What an anchor, a variable or several lines stand for is left. */
export function updateExpectations(text: string, refreshed: readonly RefreshedExpectation[]): UpdatedFile {
  const parsed = parseDocument(text, { merge: true })
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = []
  const updated: string[] = []
  const left: string[] = []
  for (const { place, kind, value } of refreshed) {
    const path = [...keysOfPath(place), 'expect', kind]
    const written: unknown = parsed.getIn(path) === undefined ? undefined : parsed.toJS()
    const before = path.reduce<unknown>(memberOf, written)
    for (const leaf of leavesOf(path, before, value)) {
      const node = parsed.getIn(leaf.path, true)
      const at = `${place}.expect.${kind}`
      if (!isNode(node) || !isReplaceable(node, text)) left.push(at)
      else {
        const [from, to] = node.range as [number, number, number]
        edits.push({ from, to, text: JSON.stringify(leaf.value) })
        updated.push(at)
      }
    }
  }
  return { text: edited(text, edits), updated: [...new Set(updated)], left: [...new Set(left)] }
}

function memberOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? lookUp(value as Record<string, unknown>, String(key))
    : undefined
}

/** The smallest parts that differ. */
function leavesOf(path: Leaf['path'], before: unknown, after: unknown): Leaf[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [{ path, value: after }]
  return Object.entries(after).flatMap(([key, value]) => leavesOf([...path, key], lookUp(before, key), value))
}

function isReplaceable(node: Node, text: string): boolean {
  if (isAlias(node) || node.range === undefined || node.range === null) return false
  const written = text.slice(node.range[0], node.range[1])
  return !written.includes('{{') && !written.includes('\n') && (!isCollection(node) || node.flow === true)
}

function edited(text: string, edits: readonly { from: number; to: number; text: string }[]): string {
  const last = [...edits].sort((a, b) => b.from - a.from)
  return last.reduce((whole, { from, to, text: part }) => whole.slice(0, from) + part + whole.slice(to), text)
}
