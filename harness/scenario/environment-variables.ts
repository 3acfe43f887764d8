/**
 * `{{env.NAME}}`: values of the environment, and of a `.env` file beside the scenario. Where something is sent it stands for a secret,
 * whose value is in no plan, hash or record; in a setting, which has to be known before the plan, its value takes its place.
 */
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { HarnessError, messageOf, type Problem, systemCodeOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { nameOfVariable, VARIABLE } from '../base/template.ts'
import { readRegularText } from '../system/files.ts'
import { isObject } from './environments.ts'
import { invalidScenario } from './invalid-scenario.ts'
import { type Path, pathText } from './problems.ts'
import type { LocatePath } from './text-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'env.'
const FILE_BYTES_MAX = 1024 ** 2
/** Parts of a document whose texts may hold secrets. */
const SENT: ReadonlySet<PropertyKey> = new Set([
  'alerts',
  'outputs',
  'probes',
  'requires',
  'rollback',
  'visuals',
])
/** Settings of targets that say where they are. */
const ADDRESSES: ReadonlySet<PropertyKey> = new Set([
  'brokers',
  'connectTo',
  'host',
  'hosts',
  'port',
  'servers',
  'url',
])

/** Returns the environment with the names that only `.env` beside the scenario has. @throws HarnessError SCENARIO_LOAD_FAILED */
export async function withDotEnv(scenarioFile: string | null, env: Environment): Promise<Environment> {
  if (scenarioFile === null) return env
  const file = join(dirname(scenarioFile), '.env')
  try {
    return { ...parseEnv(await readRegularText(file, { bytesMax: FILE_BYTES_MAX })), ...env }
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return env
    throw new HarnessError('SCENARIO_LOAD_FAILED', `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'It holds lines NAME=value; remove it if it is not meant for this scenario.',
    })
  }
}

/** The document with its `{{env.NAME}}`s resolved. @throws HarnessError SCENARIO_INVALID with every name that has no value */
export function withEnvironmentVariables(
  document: unknown,
  env: Environment,
  locate: LocatePath | null,
): unknown {
  const problems: Problem[] = []
  const resolved = resolveAt(document, [], { env, problems })
  if (problems.length > 0) throw invalidScenario(problems, locate)
  return resolved
}

interface Resolving {
  readonly env: Environment
  readonly problems: Problem[]
}

function resolveAt(value: unknown, path: Path, resolving: Resolving): unknown {
  if (typeof value === 'string') return value.includes('{{') ? textAt(value, path, resolving) : value
  if (Array.isArray(value)) return value.map((entry, index) => resolveAt(entry, [...path, index], resolving))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, resolveAt(entry, [...path, key], resolving)]),
  )
}

function textAt(text: string, path: Path, { env, problems }: Resolving): unknown {
  const isSent = maySend(path[0] === 'environments' ? path.slice(2) : path)
  let typed: unknown
  const filled = text.replace(VARIABLE, (whole, inner: string) => {
    const variable = nameOfVariable(inner)
    if (!variable.startsWith(PREFIX)) return whole
    const name = variable.slice(PREFIX.length)
    const value = lookUp(env, name)
    const isSet = (value ?? '') !== '' || (isSent && (lookUp(env, `${name}_FILE`) ?? '') !== '')
    if (!isSet) problems.push(unset(name, path))
    if (isSent) return whole.replace(variable, `secret.${name}`)
    if (inner !== variable && whole === text) typed = scalarOf(value ?? '')
    return value ?? ''
  })
  return typed ?? filled
}

/** Tells whether the text at a path may hold a secret. @param path in the scenario, or in what an environment lays over it */
function maySend(path: Path): boolean {
  const [part] = path
  switch (part) {
    case 'journeys':
    case 'login':
    case 'mocks':
      return path.includes('request') || path.includes('expect')
    case 'data':
      return path.includes('rows')
    case 'target':
      return path[1] === 'config' && !ADDRESSES.has(path[2] ?? '')
    case 'targets':
      return path[2] === 'config' && !ADDRESSES.has(path[3] ?? '')
    default:
      return part !== undefined && SENT.has(part)
  }
}

function unset(name: string, path: Path): Problem {
  return {
    path: pathText(path),
    message: `${name} is not set`,
    expected: `a value: ${name}=... in the environment, or in a file .env beside the scenario`,
  }
}

/** A number or truth value in its own type. */
function scalarOf(text: string): unknown {
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(text) ? JSON.parse(text) : text
}
