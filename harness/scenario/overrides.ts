/** Lays environments, flags and `--set` over a document, in this order; a later one wins. */
import { parse as parseYaml } from 'yaml'
import type { Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { ENVIRONMENTS } from './schema.ts'

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
  readonly allowHosts?: readonly string[]
  /** `key.path=value`, the value as a YAML scalar or document. */
  readonly set?: readonly string[]
}

type Document = { [key: string]: unknown }

/** The changed document (the input is left alone) and what could not be applied. */
export function applyOverrides(
  document: unknown,
  overrides: Overrides,
): { readonly document: unknown; readonly problems: readonly Problem[] } {
  if (!isObject(document)) return { document, problems: [] }
  const problems: Problem[] = []
  let changed = structuredClone(document)
  if (overrides.environment !== undefined)
    changed = applyEnvironment(changed, overrides.environment, problems)
  applyWorkload(changed, overrides, problems)
  if (overrides.seed !== undefined) changed['seed'] = overrides.seed
  if (overrides.warmUp !== undefined) changed['warmUp'] = overrides.warmUp
  if (overrides.target !== undefined) applyTarget(changed, overrides.target)
  if (overrides.allowHosts !== undefined)
    changed['allowHosts'] = [
      ...((changed['allowHosts'] as string[] | undefined) ?? []),
      ...overrides.allowHosts,
    ]
  for (const assignment of overrides.set ?? []) applyAssignment(changed, assignment, problems)
  return { document: changed, problems }
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function applyEnvironment(document: Document, name: string, problems: Problem[]): Document {
  if (!(ENVIRONMENTS as readonly string[]).includes(name)) {
    const nearest = nearestName(name, ENVIRONMENTS)
    problems.push({
      path: '--env',
      message: `there is no environment '${name}'`,
      expected: ENVIRONMENTS.join(', '),
      ...(nearest === undefined ? {} : { nearest }),
    })
    return document
  }
  const environments = document['environments']
  const overlay = isObject(environments) ? environments[name] : undefined
  return isObject(overlay) ? merge(document, overlay) : document
}

/** Objects are merged key by key, everything else is replaced. */
function merge(base: Document, overlay: Document): Document {
  const merged: Document = { ...base }
  for (const [key, value] of Object.entries(overlay)) {
    const below = merged[key]
    merged[key] = isObject(below) && isObject(value) ? merge(below, value) : value
  }
  return merged
}

/** `--rate` without a rate in the workload asks for the open model, whatever the pattern was. */
function applyWorkload(
  document: Document,
  { agents, rate, duration, think }: Overrides,
  problems: Problem[],
): void {
  const workload = document['workload']
  if (!isObject(workload)) return
  if (rate !== undefined && workload['pattern'] === 'constant-agents') {
    document['workload'] = {
      pattern: 'constant-rate',
      rate,
      duration: duration ?? workload['duration'],
      ...(agents === undefined ? {} : { agents }),
    }
    if (think !== undefined)
      problems.push({
        path: '--think',
        message: 'think time and --rate exclude each other',
        expected: '--rate without --think',
      })
    return
  }
  const changes = {
    agents,
    rate,
    think,
    [workload['pattern'] === 'business-hours' ? 'day' : 'duration']: duration,
  }
  for (const [key, value] of Object.entries(changes)) if (value !== undefined) workload[key] = value
}

function applyTarget(document: Document, url: string): void {
  const targets = document['targets']
  const holder = isObject(targets) && isObject(targets['main']) ? targets : document
  const key = holder === document ? 'target' : 'main'
  const present = holder[key]
  const config =
    isObject(present) && present['plugin'] === 'http' && isObject(present['config']) ? present['config'] : {}
  holder[key] = { plugin: 'http', config: { ...config, url } }
}

function applyAssignment(document: Document, assignment: string, problems: Problem[]): void {
  const equals = assignment.indexOf('=')
  if (equals <= 0) {
    problems.push({
      path: `--set ${assignment}`,
      message: 'not an assignment',
      expected: 'key.path=value, for example workload.agents=50',
    })
    return
  }
  const keys = assignment
    .slice(0, equals)
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
  const last = keys.pop() as string
  let holder: unknown = document
  for (const key of keys) {
    const next = (holder as Document)[key]
    if (typeof next !== 'object' || next === null) {
      const nearest = nearestName(key, Object.keys(holder as Document))
      problems.push({
        path: `--set ${assignment}`,
        message: `there is no '${key}' to set something in`,
        expected: Object.keys(holder as Document).join(', '),
        ...(nearest === undefined ? {} : { nearest }),
      })
      return
    }
    holder = next
  }
  // A new last key is left for the schema to judge, with the nearest valid name.
  ;(holder as Document)[last] = parseYaml(assignment.slice(equals + 1))
}
