/** Turns what zod says into `Problem`s: a path people can read, what was expected, and the nearest valid key. */
import type { z } from 'zod'
import type { Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'

type JsonSchema = { readonly [key: string]: unknown }

/** `journeys.buy.steps[2].request` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('')
}

/** All problems of a document that does not fit; `jsonSchema` is asked for the keys that would be valid. */
export function problemsOf(
  error: z.ZodError,
  prefix: readonly PropertyKey[],
  jsonSchema: JsonSchema,
): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, prefix, jsonSchema))
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  prefix: readonly PropertyKey[],
  jsonSchema: JsonSchema,
): Problem[] {
  const path = [...prefix, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    const valid = validKeysAt(jsonSchema, issue.path)
    return issue.keys.map((key) => unknownKey([...path, key], key, valid))
  }
  if (issue.code === 'invalid_union') {
    const nested = closestBranch(issue.errors)
    if (nested !== undefined)
      return nested.flatMap((inner) =>
        problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] }, prefix, jsonSchema),
      )
  }
  if (issue.code === 'invalid_value' && issue.values.every((value) => typeof value === 'string')) {
    const nearest = nearestName(String(issue.input ?? ''), issue.values)
    return [
      {
        path: pathText(path),
        message: 'not one of the valid words',
        expected: issue.values.join(', '),
        ...(nearest === undefined ? {} : { nearest }),
      },
    ]
  }
  return [
    {
      path: pathText(path),
      message: issue.message,
      ...(issue.code === 'invalid_type' ? { expected: issue.expected } : {}),
    },
  ]
}

function unknownKey(path: readonly PropertyKey[], key: string, valid: readonly string[]): Problem {
  const nearest = nearestName(key, valid)
  return {
    path: pathText(path),
    message: `unknown key '${key}'`,
    ...(valid.length === 0 ? {} : { expected: `one of ${valid.join(', ')}` }),
    ...(nearest === undefined ? {} : { nearest }),
  }
}

/** Of a union's branches the one the author most likely meant: it got furthest, with the fewest complaints. */
function closestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const cost = (issues: readonly z.core.$ZodIssue[]) =>
    issues.reduce(
      (sum, issue) =>
        sum +
        (issue.path.length === 0 ? 10 : 1) +
        (issue.code === 'unrecognized_keys' ? issue.keys.length : 0),
      0,
    )
  return [...branches].filter((issues) => issues.length > 0).sort((a, b) => cost(a) - cost(b))[0]
}

function validKeysAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let nodes: JsonSchema[] = expand(schema)
  for (const key of path) nodes = nodes.flatMap((node) => childrenAt(node, key)).flatMap(expand)
  return [...new Set(nodes.flatMap((node) => Object.keys((node['properties'] as object | undefined) ?? {})))]
}

function expand(node: JsonSchema): JsonSchema[] {
  const branches = (node['anyOf'] ?? node['oneOf'] ?? node['allOf']) as JsonSchema[] | undefined
  return branches === undefined ? [node] : branches.flatMap(expand)
}

function childrenAt(node: JsonSchema, key: PropertyKey): JsonSchema[] {
  const child =
    typeof key === 'number'
      ? node['items']
      : ((node['properties'] as Record<string, unknown> | undefined)?.[String(key)] ??
        node['additionalProperties'])
  return typeof child === 'object' && child !== null ? [child as JsonSchema] : []
}
