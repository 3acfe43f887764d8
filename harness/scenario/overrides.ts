/** Lays an environment, flags and `--set` over a document, in this order; a later one wins. */
import { parse as parseYaml } from 'yaml'
import { messageOf, type Problem } from '../base/errors.ts'
import { lookUp, putAt } from '../base/names.ts'
import { MAIN_TARGET } from './defaults.ts'
import { applyEnvironment, isObject, type Json } from './environments.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { keysKnownAt, keysOfPath, unknownName } from './problems.ts'
import { scenarioSchema } from './schema.ts'

/** What the command line may say about a scenario. */
export interface Overrides {
  readonly environment?: string
  readonly agents?: number
  /** `500/s` */
  readonly rate?: string
  readonly duration?: string
  readonly think?: string
  readonly seed?: number
  /** URL that takes the place of the main target. */
  readonly target?: string
  readonly warmUp?: string
  readonly precision?: 'normal' | 'high'
  readonly allowHosts?: readonly string[]
  /** `key.path=value`, the value as a YAML scalar or document. */
  readonly set?: readonly string[]
}

/** The changed document (the input is left alone) and what could not be applied. */
export function applyOverrides(
  document: unknown,
  overrides: Overrides,
): { readonly document: unknown; readonly problems: readonly Problem[] } {
  if (!isObject(document)) return { document, problems: [] }
  const problems: Problem[] = []
  const { environment, seed, warmUp, precision, target, allowHosts = [], set = [] } = overrides
  const copy = structuredClone(document)
  const changed = environment === undefined ? copy : applyEnvironment(copy, environment, problems)
  applyWorkload(changed, overrides, problems)
  if (seed !== undefined) changed['seed'] = seed
  if (warmUp !== undefined) changed['warmUp'] = warmUp
  if (precision !== undefined) changed['precision'] = precision
  if (target !== undefined) applyTarget(changed, target, problems)
  if (allowHosts.length > 0) {
    const given = changed['allowHosts']
    changed['allowHosts'] = [...(Array.isArray(given) ? given : []), ...allowHosts]
  }
  for (const assignment of set) applyAssignment(changed, assignment, problems)
  return { document: changed, problems }
}

/** `--rate` on a fixed number of agents asks for the open model; every other pattern keeps its shape and scales. */
function applyWorkload(document: Json, overrides: Overrides, problems: Problem[]): void {
  const { agents, rate, duration, think } = overrides
  const workload = document['workload']
  if (!isObject(workload)) return
  if (rate === undefined || workload['pattern'] !== 'constant-agents') {
    const lengthKey = workload['pattern'] === 'business-hours' ? 'day' : 'duration'
    assignGiven(workload, { agents, rate, think, [lengthKey]: duration })
    return
  }
  document['workload'] = { pattern: 'constant-rate', rate, duration: workload['duration'] }
  assignGiven(document['workload'] as Json, { agents, duration })
  if (think !== undefined) {
    problems.push({
      path: '--think',
      message: 'arrivals at a rate do not wait for think time',
      expected: '--rate without --think',
    })
  }
}

function assignGiven(holder: Json, values: Json): void {
  for (const [key, value] of Object.entries(values)) if (value !== undefined) putAt(holder, key, value)
}

/** The URL takes the place of the one target, or of the one named main; other settings of an http target stay. */
function applyTarget(document: Json, url: string, problems: Problem[]): void {
  const targets = isObject(document['targets']) ? document['targets'] : {}
  const names = Object.keys(targets)
  const named = names.includes(MAIN_TARGET) ? MAIN_TARGET : names[0]
  if (isObject(document['target']) || named === undefined) {
    document['target'] = movedTo(url, document['target'])
  } else if (named === MAIN_TARGET || names.length === 1) {
    putAt(targets, named, movedTo(url, lookUp(targets, named)))
  } else {
    problems.push({
      path: '--target',
      message: `there are several targets: ${names.join(', ')}`,
      expected: `--set targets.${named}.config.url=${url}`,
    })
  }
}

function movedTo(url: string, target: unknown): Json {
  const config = isObject(target) && target['plugin'] === 'http' ? target['config'] : undefined
  return { plugin: 'http', config: { ...(isObject(config) ? config : {}), url } }
}

/** `retry.attempts=3`. What lies on the way is made when the schema knows it; the schema judges the value. */
function applyAssignment(document: Json, assignment: string, problems: Problem[]): void {
  const equals = assignment.indexOf('=')
  const keys = keysOfPath(assignment.slice(0, Math.max(0, equals)))
  const last = keys.pop()
  if (last === undefined) {
    problems.push({
      path: `--set ${assignment}`,
      message: 'not an assignment',
      expected: 'key.path=value, for example workload.agents=50',
    })
    return
  }
  const schema = jsonSchemaOf(scenarioSchema)
  let holder: Json = document
  for (const [depth, key] of keys.entries()) {
    const known = keysKnownAt(schema, keys.slice(0, depth))
    if (!Object.hasOwn(holder, key) && known.includes(String(key))) putAt(holder, String(key), {})
    const next = lookUp(holder, String(key))
    if (typeof next !== 'object' || next === null) {
      const names = [...new Set([...Object.keys(holder), ...known])]
      problems.push(unknownName([`--set ${assignment}`], 'key', String(key), names))
      return
    }
    holder = next as Json
  }
  try {
    const value: unknown = parseYaml(assignment.slice(equals + 1))
    putAt(holder, String(last), value)
  } catch (error) {
    problems.push({ path: `--set ${assignment}`, message: messageOf(error), expected: 'a YAML value' })
  }
}
