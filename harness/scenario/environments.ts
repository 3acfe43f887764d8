/** Environments: what of a scenario differs in development, staging and production. */
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { parseAt, unknownName } from './problems.ts'
import { scenarioSchema } from './schema.ts'

/** A JSON object that may be changed. */
export type Json = { [key: string]: unknown }

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The document as it is in an environment of its own; a problem for one that it does not define. */
export function applyEnvironment(document: Json, name: string, problems: Problem[]): Json {
  const overlays = overlaysOf(document)
  const overlay = lookUp(overlays, name)
  if (isObject(overlay)) return merge(document, overlay)
  // What is there and no object is for the schema to say.
  if (overlay === undefined) problems.push(unknownEnvironment(name, Object.keys(overlays)))
  return document
}

/** Returns a document as it is in an environment, for what is needed before all of it is checked; one that is unknown is for the check to say. */
export function inEnvironment(document: unknown, name: string | undefined): unknown {
  return name === undefined || !isObject(document) ? document : applyEnvironment(document, name, [])
}

function unknownEnvironment(name: string, defined: readonly string[]): Problem {
  const problem = unknownName(['--env'], 'environment', name, defined)
  if (defined.length > 0) return problem
  return { ...problem, expected: 'a scenario with `environments`, which this one does not define' }
}

/** Finds what does not fit in environments of a document that fits itself, so that `check` finds it before the night it is used. */
export function overlayProblems(document: unknown): Problem[] {
  if (!isObject(document) || parseAt(scenarioSchema, document, []).value === null) return []
  return Object.entries(overlaysOf(document)).flatMap(([name, overlay]) => {
    if (!isObject(overlay)) return []
    const { problems } = parseAt(scenarioSchema, merge(document, overlay), [])
    return problems.map((problem) => ({ ...problem, path: `environments.${name}.${problem.path}` }))
  })
}

function overlaysOf(document: Json): Json {
  return isObject(document['environments']) ? document['environments'] : {}
}

/** Objects are merged key by key, everything else is replaced. */
function merge(base: Json, overlay: Json): Json {
  const merged = Object.entries(overlay).map(([key, value]) => {
    const below = lookUp(base, key)
    return [key, isObject(below) && isObject(value) ? merge(below, value) : value] as const
  })
  return { ...base, ...Object.fromEntries(merged) }
}
