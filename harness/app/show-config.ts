/** The configuration of a project as it is in an environment: each value, and where it comes from. */
import { HarnessError } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { Host } from '../ports/host.ts'
import { findProjectConfig, readProjectConfig } from '../scenario/project-config.ts'
import { knownSecrets, secretNamesIn } from '../scenario/secrets.ts'
import { isSecretName, maskNamed } from '../telemetry/secret-names.ts'
import { HISTORY_FILE } from './history/history.ts'
import { STATE_FILE } from './state/emergency.ts'

/** One value of the configuration. */
export interface ConfigRow {
  /** `alerts.channels.team.config.url` */
  readonly key: string
  /** The value for people: secrets are masked. */
  readonly value: string
  /** The file and the place in it, `default`, or where a secret has its value. */
  readonly from: string
}

const DEFAULTS = { state: STATE_FILE, store: HISTORY_FILE, log: 'auto', allowHosts: [] }
const MASK = '***'

/** @param environment null: what holds in every environment @throws HarnessError CONFIG_INVALID, USAGE for an environment that the project does not define */
export async function showConfig(
  environment: string | null,
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
): Promise<readonly ConfigRow[]> {
  const file = findProjectConfig(cwd) ?? 'no proofload.config'
  const { environments = {}, ...project } = await readProjectConfig(cwd)
  const preset = environment === null ? {} : presetNamed(environment, environments)
  const stated: Readonly<Record<string, unknown>> = { ...preset }
  const { $schema: _, ...others } = project
  const defaults = Object.entries(DEFAULTS).filter(([key]) => lookUp(stated, key) === undefined)
  const secrets = secretNamesIn([preset, others], [])
  return [
    ...rowsOf(Object.fromEntries(defaults), 'default'),
    ...rowsOf(stated, `${file}, environments.${environment}`),
    ...rowsOf(others, file),
    ...secrets.map((name) => ({ key: `secret.${name}`, ...secretRow(name, env) })),
  ]
}

function presetNamed(name: string, known: Readonly<Record<string, object>>): object {
  const preset = lookUp(known, name)
  if (preset !== undefined) return preset
  const names = Object.keys(known)
  const nearest = nearestName(name, names)
  throw new HarnessError('USAGE', `the project defines no environment '${name}'`, {
    hint:
      names.length === 0
        ? 'Write it into proofload.config: environments: { production: { ... } }; see docs/environments.md.'
        : `${nearest === undefined ? '' : `Did you mean ${nearest}? `}It defines ${names.join(', ')}.`,
  })
}

function rowsOf(document: Readonly<Record<string, unknown>>, from: string): ConfigRow[] {
  return Object.entries(document).flatMap(([key, value]) =>
    leavesOf(key, value).map(([path, text]) => ({ key: path, value: text, from })),
  )
}

/** Texts at their paths; what is empty is shown where it stands. */
function leavesOf(path: string, value: unknown): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, shown(path, value)]]
  const entries = Object.entries(value)
  if (entries.length === 0) return [[path, 'none']]
  const place = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`)
  return entries.flatMap(([key, entry]) => leavesOf(place(key), entry))
}

/** The name of a secret may be seen, its value may not. */
function shown(path: string, value: unknown): string {
  const text = String(value)
  const key = path.split(/[.[]/).findLast((part) => !/^\d*\]?$/.test(part)) ?? ''
  if (/\{\{\s*secret\./.test(text)) return text
  // The path of a webhook is what opens it.
  if (/(^|\.)alerts\./.test(path) && URL.canParse(text)) return `${new URL(text).origin}/${MASK}`
  return isSecretName(key) ? MASK : maskNamed(text, MASK)
}

function secretRow(name: string, env: Host['env']): Omit<ConfigRow, 'key'> {
  const has = Object.hasOwn(knownSecrets([name], env), name)
  if (!has) return { value: 'missing', from: `set ${name} or ${name}_FILE` }
  const isOwn = (lookUp(env, name) ?? '') !== ''
  return { value: MASK, from: isOwn ? `environment, ${name}` : `file ${lookUp(env, `${name}_FILE`)}` }
}
