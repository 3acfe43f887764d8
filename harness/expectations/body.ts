import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { recordOf } from '../base/record-of.ts'
import type { Expectation } from '../ports/expectation.ts'
import { valueAtPath } from './json-path.ts'

const schema = z
  .strictObject({
    contains: z.string().optional().describe('Text that the body must contain'),
    matches: z
      .string()
      .refine(isPattern, 'a regular expression')
      .optional()
      .describe('Regular expression that the body must match'),
    json: recordOf(z.unknown()).optional().describe('JSON path -> required value'),
  })
  .refine((value) => Object.keys(value).length > 0, 'at least one of contains, matches, json')
  .describe('Requirements on the body')

/** Checks the body of the answer. */
export const body: Expectation = {
  name: 'body',
  errorKind: 'expectation',
  schema,
  needsAnswer: true,
  compile(value) {
    const { contains, matches, json } = schema.parse(value)
    const pattern = matches === undefined ? null : new RegExp(matches)
    return (exchange) => {
      const text = exchange.body?.toString('utf8') ?? ''
      if (contains !== undefined && !text.includes(contains))
        return `the body does not contain ${JSON.stringify(contains)}`
      if (pattern !== null && !pattern.test(text)) return `the body does not match ${pattern}`
      return json === undefined ? null : jsonMismatch(text, json)
    }
  },
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    // An invalid expression is the answer, not an error.
    return false
  }
}

function jsonMismatch(text: string, wanted: Readonly<Record<string, unknown>>): string | null {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return 'the body is not JSON'
  }
  for (const [path, value] of Object.entries(wanted)) {
    const found = valueAtPath(document, path)
    if (!isDeepStrictEqual(found, value))
      return `${path} is ${JSON.stringify(found)}, expected ${JSON.stringify(value)}`
  }
  return null
}
