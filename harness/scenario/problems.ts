/** Turns what zod says into `Problem`s: a path people can read, what was expected, and the nearest valid name. */
import type * as z from 'zod'
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { nearestName } from '../base/nearest-name.ts'
import { elsewhereText, keyElsewhere } from '../text/other-tools.ts'
import { jsonSchemaOf } from './json-schema.ts'

export type Path = readonly PropertyKey[]
type JsonSchema = { readonly [key: string]: unknown }

/** `journeys.buy.steps[2].request` */
export function pathText(path: Path): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('')
}

/** The keys of `journeys.buy.steps[2].request`, indices as numbers. */
export function keysOfPath(text: string): (string | number)[] {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key as string) : Number(index),
  )
}

/** A name that is not among the valid ones. */
export function unknownName(path: Path, kind: string, wrong: string, valid: readonly string[]): Problem {
  const nearest = nearestName(wrong, valid)
  return {
    path: pathText(path),
    message: `there is no ${kind} '${wrong}'`,
    expected: valid.length === 0 ? `no ${kind} here` : `one of ${valid.join(', ')}`,
    ...(nearest === undefined ? {} : { nearest }),
  }
}

/** A key that is not among the valid ones; one of another tool is told what it is called here. */
function unknownKey(path: Path, key: string, valid: readonly string[]): Problem {
  const problem = unknownName(path, 'key', key, valid)
  const elsewhere = keyElsewhere(key)
  if (elsewhere === undefined) return problem
  const { ours } = elsewhere
  const isHere = valid.includes(ours)
  return {
    path: problem.path,
    message: `${problem.message}; ${elsewhereText(elsewhere)}`,
    ...(problem.expected === undefined ? {} : { expected: problem.expected }),
    ...(isHere ? { nearest: ours } : {}),
  }
}

/** The parsed value, or everything that is wrong with it; `path` is where it stands in the document. */
export function parseAt<T>(
  schema: z.ZodType<T>,
  value: unknown,
  path: Path,
):
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: Problem[] } {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return { value: parsed.data, problems: [] }
  const explain = explainerOf(jsonSchemaOf(schema), path)
  return { value: null, problems: parsed.error.issues.flatMap(explain) }
}

/** Names that a schema knows at a place; empty where any name may stand. */
export function keysKnownAt(schema: JsonSchema, path: Path): string[] {
  const keys = nodesAt(schema, path).flatMap((node) =>
    Object.keys((node['properties'] as object | undefined) ?? {}),
  )
  return [...new Set(keys)]
}

type Issue = z.core.$ZodIssue

function explainerOf(schema: JsonSchema, prefix: Path): (issue: Issue) => Problem[] {
  const explain = (issue: Issue): Problem[] => {
    const path = [...prefix, ...issue.path]
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey([...path, key], key, keysKnownAt(schema, issue.path)))
      case 'invalid_union':
        return issue.errors.length === 0
          ? [plain(path, issue)]
          : closestBranch(issue.errors).flatMap((inner) =>
              explain({ ...inner, path: [...issue.path, ...inner.path] }),
            )
      case 'invalid_value':
        return [wrongWord(path, issue)]
      case 'invalid_type':
        return [wrongType(path, issue, nodesAt(schema, issue.path))]
      case 'invalid_key':
        return [{ path: pathText(path), message: `not ${issue.issues[0]?.message ?? 'a valid name'}` }]
      default:
        return [plain(path, issue)]
    }
  }
  return explain
}

/** Takes what zod says for what it expected, once its own preamble is gone; a unit parser's message says it all. */
function plain(path: Path, { message, input }: Issue): Problem {
  const shown = shortly(input)
  if (message.startsWith(shown)) return { path: pathText(path), message }
  const expected = message.replace(/^(Invalid|Too) [\w ]+[:.] (expected )?/i, '')
  return {
    path: pathText(path),
    message: shown === '[]' || shown === '{}' ? 'empty' : `${shown} does not fit`,
    expected,
  }
}

function wrongWord(path: Path, issue: Extract<Issue, { code: 'invalid_value' }>): Problem {
  const words = issue.values.map(String)
  return issue.input === undefined
    ? { path: pathText(path), message: 'missing', expected: `one of ${words.join(', ')}` }
    : unknownName(path, 'choice', String(issue.input), words)
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

function wrongType(
  path: Path,
  issue: Extract<Issue, { code: 'invalid_type' }>,
  nodes: readonly JsonSchema[],
): Problem {
  // Only whoever forbids a value knows why.
  if (issue.expected === 'never')
    return { path: pathText(path), message: `${shortly(issue.input)} does not fit`, expected: issue.message }
  const examples = nodes.flatMap((node) => (node['examples'] as unknown[] | undefined) ?? [])
  return {
    path: pathText(path),
    message: issue.input === undefined ? 'missing' : `${shortly(issue.input)} is of the wrong type`,
    expected:
      examples.length === 0
        ? (TYPE_WORDS[issue.expected] ?? issue.expected)
        : `text with a unit, for example ${examples.join(' or ')}`,
  }
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

/** Finds the branch of a union that the author most likely meant: it got furthest, with the fewest complaints. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const [closest = []] = branches.filter((issues) => issues.length > 0).sort((a, b) => costOf(a) - costOf(b))
  // A misspelt key is what is missing: said once.
  const misspelt = closest.some((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0)
  return misspelt ? closest.filter((issue) => issue.path.length !== 1 || !isMissing(issue)) : closest
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined
}

function costOf(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    const atTop = issue.path.length === 0 && issue.code !== 'unrecognized_keys'
    // Another type altogether is further off than a key that is misspelt, and so missing.
    if (atTop) return sum + 15
    // Whoever has got further in meant this one.
    const missing = issue.path.length > 1 ? 5 : 10
    return (
      sum + (isMissing(issue) ? missing : 1) + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0)
    )
  }, 0)
}

function nodesAt(schema: JsonSchema, path: Path): JsonSchema[] {
  const branchesOf = (node: JsonSchema): JsonSchema[] => {
    const found = definitionOf(node, schema)
    const branches = (found['anyOf'] ?? found['oneOf'] ?? found['allOf']) as JsonSchema[] | undefined
    return branches === undefined ? [found] : branches.flatMap(branchesOf)
  }
  return path.reduce<JsonSchema[]>(
    (nodes, key) => nodes.flatMap((node) => childrenAt(node, key)).flatMap(branchesOf),
    branchesOf(schema),
  )
}

/** A node itself, or the definition that it refers to: what may hold its like stands in the schema once. */
function definitionOf(node: JsonSchema, schema: JsonSchema): JsonSchema {
  const name = String(node['$ref'] ?? '').replace('#/$defs/', '')
  return lookUp((schema['$defs'] ?? {}) as Record<string, JsonSchema>, name) ?? node
}

function childrenAt(node: JsonSchema, key: PropertyKey): JsonSchema[] {
  const properties = (node['properties'] ?? {}) as Record<string, unknown>
  const named = lookUp(properties, String(key))
  const child = typeof key === 'number' ? node['items'] : (named ?? node['additionalProperties'])
  return typeof child === 'object' && child !== null ? [child as JsonSchema] : []
}
