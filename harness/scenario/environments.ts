/** Environments: what of a scenario differs in development, staging and production. */
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { parseAt, unknownName } from './problems.ts'
import { ENVIRONMENTS, scenarioSchema } from './schema.ts'

/** A JSON object that may be changed. */
export type Json = { [key: string]: unknown }

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The document as it is in an environment; one that the scenario says nothing about changes nothing. */
export function applyEnvironment(document: Json, name: string, problems: Problem[]): Json {
  if (!(ENVIRONMENTS as readonly string[]).includes(name)) {
    problems.push(unknownName(['--env'], 'environment', name, ENVIRONMENTS))
    return document
  }
  const overlay = lookUp(overlaysOf(document), name)
  return isObject(overlay) ? merge(document, overlay) : document
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
