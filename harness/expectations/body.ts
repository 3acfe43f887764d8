import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { messageOf } from '../base/errors.ts'
import { parseJson } from '../base/parse-json.ts'
import { recordOf } from '../base/record-of.ts'
import type { MakeTemplate, VariableLookup } from '../base/template.ts'
import type { Expectation } from '../ports/expectation.ts'
import { textOfAnswer } from './answer-text.ts'
import { foundText } from './found-text.ts'
import { compileJsonPath, type FindInJson } from './json-path.ts'
import { compileWanted, compileWantedJson, compileWantedPattern } from './wanted-text.ts'

/** Requirements on a text; the keys of `json` are paths. */
export const bodySchema = z
  .strictObject({
    contains: z.string().optional().describe('Text that the body must contain'),
    matches: z
      .string()
      .refine(isPattern, 'a regular expression')
      .optional()
      .describe('Regular expression that must match'),
    json: recordOf(z.unknown(), z.string().superRefine(checkPath))
      .optional()
      .describe('JSON path -> value it must have'),
  })
  .refine((value) => Object.keys(value).length > 0, 'at least one of contains, matches, json')
  .describe('Requirements on the body')

/** Checks the body of the answer. */
export const body: Expectation = {
  name: 'body',
  errorKind: 'expectation',
  schema: bodySchema,
  needsAnswer: true,
  compile(value, { template: make }) {
    const mismatchOf = compileBody(bodySchema.parse(value), make)
    return (exchange) => mismatchOf(textOfAnswer(exchange), exchange.variables)
  },
  refresh(value, exchange) {
    const { json, ...others } = bodySchema.parse(value)
    if (json === undefined) return undefined
    const document = documentOf(textOfAnswer(exchange))
    const found = Object.keys(json).map((path) => [path, compileJsonPath(path)(document)] as const)
    if (found.some(([, value]) => value === undefined)) return undefined
    return { ...others, json: Object.fromEntries(found) }
  },
}

/** Tells what a text lacks, for people; null when it holds all. @throws UnsetVariable */
export type MismatchOf = (text: string, variables: VariableLookup) => string | null

/** Compiles what a text must hold. */
export function compileBody(
  { contains, matches, json }: z.output<typeof bodySchema>,
  make: MakeTemplate,
): MismatchOf {
  const part = contains === undefined ? null : compileWanted(contains, make)
  const pattern = matches === undefined ? null : compileWantedPattern(matches, make)
  const fields = json === undefined ? null : compileFields(json, make)
  return (text, variables) => {
    const wanted = part?.(variables)
    if (wanted !== undefined && !text.includes(wanted))
      return `the body does not contain ${JSON.stringify(wanted)}, it is ${foundText(text)}`
    const wantedPattern = pattern?.(variables)
    if (wantedPattern !== undefined && !wantedPattern.test(text))
      return `the body does not match ${wantedPattern}, it is ${foundText(text)}`
    return fields === null ? null : jsonMismatch(text, fields, variables)
  }
}

/** Returns undefined for a text that is not JSON. */
function documentOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function checkPath(path: string, context: z.RefinementCtx): void {
  try {
    compileJsonPath(path)
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) })
  }
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

/** A value that a JSON document must have. */
interface WantedField {
  readonly path: string
  readonly find: FindInJson
  readonly wanted: (variables: VariableLookup) => unknown
}

function compileFields(json: Readonly<Record<string, unknown>>, make: MakeTemplate): WantedField[] {
  return Object.entries(json).map(([path, value]) => ({
    path,
    find: compileJsonPath(path),
    wanted: compileWantedJson(value, make),
  }))
}

function jsonMismatch(
  text: string,
  fields: readonly WantedField[],
  variables: VariableLookup,
): string | null {
  const document = documentOf(text)
  if (document === undefined) return `the body is not JSON, it is ${foundText(text)}`
  for (const { path, find, wanted } of fields) {
    const found = find(document)
    const value = wanted(variables)
    if (!isDeepStrictEqual(found, value))
      return `${path} is ${foundText(found)}, expected ${JSON.stringify(value)}`
  }
  return null
}
