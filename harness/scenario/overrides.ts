/** Lays an environment, flags and `--set` over a document, in this order; a later one wins. */
import { parse as parseYaml } from 'yaml'
import { messageOf, type Problem } from '../base/errors.ts'
import { parseIterations } from '../base/iterations.ts'
import { lookUp, putAt } from '../base/names.ts'
import { parseDurationMs, parseRatePerSec } from '../base/units.ts'
import { MAIN_TARGET } from '../model/plan.ts'
import type { WorkloadPattern } from '../ports/workload.ts'
import { targetAt } from '../targets/index.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { URL_LONGEST } from './defaults.ts'
import { applyEnvironment, isObject, type Json } from './environments.ts'
import type { UrlSource } from './from-url/url-scenario.ts'
import { type GivenOutputs, withGivenOutputs } from './given-outputs.ts'
import type { HeldLoad } from './held-load.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { keysKnownAt, keysOfPath, unknownName } from './problems.ts'
import { requireEnd } from './require-end.ts'
import { scenarioSchema } from './schema.ts'
import { stretchedTo } from './stretched-workloads.ts'

/** Flags of the command line that change a scenario. */
export interface Overrides {
  /** Requests that take the place of a scenario file. */
  readonly urls?: UrlSource
  readonly environment?: string
  readonly agents?: number
  /** `500/s` */
  readonly rate?: string
  readonly duration?: string
  /** `1000`, or `10 per agent` */
  readonly iterations?: string
  readonly think?: string
  readonly seed?: number
  /** URL that takes the place of the main target. */
  readonly target?: string
  readonly warmUp?: string
  readonly precision?: 'normal' | 'high'
  readonly allowHosts?: readonly string[]
  readonly allowCommands?: readonly string[]
  /** False: no mock takes the place of a target. */
  readonly mocks?: false
  /** Outputs beside those of the scenario. */
  readonly outputs?: GivenOutputs
  /** Folders beyond the repository that plugins may lie in. */
  readonly pluginRoots?: readonly string[]
  /** `key.path=value`, the value as a YAML scalar or document. */
  readonly set?: readonly string[]
  /** A level at which the load is held, in the place of the shape of the workload. */
  readonly held?: HeldLoad
  /** Length of the load that validates a rollback; wins over whatever else is said about it. */
  readonly shortened?: { readonly durationMs: number; readonly warmUpMs: number }
}

/** The changed document (the input is left alone) and what could not be applied. */
export function applyOverrides(
  document: unknown,
  overrides: Overrides,
): { readonly document: unknown; readonly problems: readonly Problem[] } {
  if (!isObject(document)) return { document, problems: [] }
  const problems: Problem[] = []
  const { environment, seed, warmUp, precision, target, set = [], shortened } = overrides
  const copy = structuredClone(document)
  const inPlace = environment === undefined ? copy : applyEnvironment(copy, environment, problems)
  const { outputs } = overrides
  const changed = outputs === undefined ? inPlace : withGivenOutputs(inPlace, outputs)
  applyWorkload(changed, overrides, problems)
  if (seed !== undefined) changed['seed'] = seed
  if (warmUp !== undefined) changed['warmUp'] = warmUp
  if (precision !== undefined) changed['precision'] = precision
  if (target !== undefined) applyTarget(changed, target, problems)
  applyAllowed(changed, overrides)
  for (const assignment of set) applyAssignment(changed, assignment, problems)
  if (overrides.mocks === false) delete changed['mocks']
  if (shortened !== undefined) {
    setDuration(changed, shortened.durationMs)
    changed['warmUp'] = `${shortened.warmUpMs}ms`
    // A stated rate may be too low for the shorter load; without one it is what that needs.
    for (const workload of [changed['workload'], ...Object.values(severalOf(changed))])
      if (isObject(workload)) delete workload['joinRate']
  }
  return { document: changed, problems }
}

/** Adds what the command line allows to what the scenario does. */
function applyAllowed(document: Record<string, unknown>, overrides: Overrides): void {
  for (const key of ['allowHosts', 'allowCommands'] as const) {
    const given = document[key]
    const { [key]: more = [] } = overrides
    if (more.length > 0) document[key] = [...(Array.isArray(given) ? given : []), ...more]
  }
}

/** Leaves `--rate` and `--duration` to the pattern; other flags are settings of every pattern. */
function applyWorkload(document: Json, overrides: Overrides, problems: Problem[]): void {
  const { agents, rate, think, iterations } = overrides
  const duration = overrides.duration ?? durationOfArrivals(overrides) ?? longestOfUrls(overrides)
  problems.push(...amongSeveral(document, { agents, rate, think, iterations }))
  if (!isObject(document['workload'])) {
    if (duration !== undefined) applyDuration(document, duration, problems)
    return
  }
  const atRate = patternOf(document['workload'])?.atRate
  if (rate !== undefined && atRate !== undefined) {
    document['workload'] = { ...atRate(document['workload'], rate) }
    if (think !== undefined) {
      problems.push({
        path: '--think',
        message: 'arrivals at a rate do not wait for think time',
        expected: '--rate without --think',
      })
    }
    assignGiven(document['workload'] as Json, { agents })
    problems.push(...arrivalsThatCannotEnd(overrides))
  } else {
    assignGiven(document['workload'], { agents, rate, think, iterations })
  }
  if (duration !== undefined) applyDuration(document, duration, problems)
}

/** Returns the workloads of a document by name; none where it has one without a name. */
function severalOf(document: Json): Json {
  return isObject(document['workloads']) ? document['workloads'] : {}
}

/** A flag about one workload does not say which of several. */
function amongSeveral(document: Json, flags: Json): Problem[] {
  const names = Object.keys(severalOf(document))
  if (names.length === 0) return []
  return Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined
      ? []
      : [
          {
            path: `--${flag}`,
            message: `there are workloads by name: ${names.join(', ')}`,
            expected: `--set workloads.${names[0]}.${flag}=${String(value)}`,
          },
        ],
  )
}

/** The time in which a rate makes so many arrivals; undefined where that was not asked for. */
function durationOfArrivals({ rate, iterations }: Overrides): string | undefined {
  if (rate === undefined || iterations === undefined) return undefined
  const { count, of } = parseIterations(iterations)
  return of === 'agent' ? undefined : `${(count * 1000) / parseRatePerSec(rate)}ms`
}

/** Requests without a scenario file have no longest time of their own where their number ends them. */
function longestOfUrls({ urls, iterations }: Overrides): string | undefined {
  return urls === undefined || iterations === undefined ? undefined : URL_LONGEST
}

function arrivalsThatCannotEnd({ iterations, duration }: Overrides): Problem[] {
  if (iterations === undefined) return []
  if (parseIterations(iterations).of === 'agent')
    return [
      {
        path: '--iterations',
        message: 'arrivals at a rate are no matter of one agent',
        expected: 'a number of all of them, such as 1000',
      },
    ]
  if (duration === undefined) return []
  return [
    {
      path: '--iterations',
      message: 'a rate and a duration say how many arrivals there are',
      expected: 'two of --rate, --duration and --iterations',
    },
  ]
}

function applyDuration(document: Json, duration: string, problems: Problem[]): void {
  try {
    setDuration(document, parseDurationMs(duration))
  } catch (error) {
    problems.push({ path: '--duration', message: messageOf(error) })
  }
}

function setDuration(document: Json, durationMs: number): void {
  const { workload } = document
  if (isObject(document['workloads'])) document['workloads'] = stretchedTo(severalOf(document), durationMs)
  if (!isObject(workload)) return
  document['workload'] = patternOf(workload)?.withDuration(workload, durationMs) ?? workload
}

/** Undefined when it names none that there is: the schema says so. */
function patternOf({ pattern }: Json): WorkloadPattern | undefined {
  return workloadPatterns.all.find(({ name }) => name === pattern)
}

function assignGiven(holder: Json, values: Json): void {
  for (const [key, value] of Object.entries(values)) if (value !== undefined) putAt(holder, key, value)
}

/** The URL takes the place of the one target, or of the one named main; other settings stay when the plugin does. */
function applyTarget(document: Json, url: string, problems: Problem[]): void {
  const targets = isObject(document['targets']) ? document['targets'] : {}
  const names = Object.keys(targets)
  const named = names.includes(MAIN_TARGET) ? MAIN_TARGET : names[0]
  const moved = targetAt(url)
  if (moved === null) {
    problems.push({
      path: '--target',
      message: `no target plugin takes '${url}'`,
      expected: 'a URL such as http://127.0.0.1:8080',
    })
  } else if (isObject(document['target']) || named === undefined) {
    document['target'] = withSettingsOf(document['target'], moved)
  } else if (named === MAIN_TARGET || names.length === 1) {
    putAt(targets, named, withSettingsOf(lookUp(targets, named), moved))
  } else {
    problems.push({
      path: '--target',
      message: `there are several targets: ${names.join(', ')}`,
      expected: `--set targets.${named}.config.url=${url}`,
    })
  }
}

function withSettingsOf(target: unknown, { plugin, config }: NonNullable<ReturnType<typeof targetAt>>): Json {
  const settings = isObject(target) && target['plugin'] === plugin ? target['config'] : undefined
  return { plugin, config: { ...(isObject(settings) ? settings : {}), ...config } }
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
  if ((keys[0] ?? last) === 'plugins') {
    problems.push({
      path: `--set ${assignment}`,
      message: 'the command line brings no code into a run',
      expected: 'plugins in the scenario, or in one of its environments',
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
    requireEnd(value)
    putAt(holder, String(last), value)
  } catch (error) {
    problems.push({ path: `--set ${assignment}`, message: messageOf(error), expected: 'a YAML value' })
  }
}
