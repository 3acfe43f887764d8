/**
 * Secrets that are read from Vault: declared under `secrets`, or by `secret(NAME, { from: 'vault', ... })`. The text that this
 * leaves in a document carries the declaration, `{{secret.NAME?from=vault&path=...}}`, and is lifted out of it before the document is
 * checked.
 */
import type { Problem } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import type { RunPlan } from '../model/plan.ts'
import { isObject } from './environments.ts'
import type { SecretEntry } from './secret-schema.ts'

const DECLARED = /\{\{\s*secret\.([\w-]+)\?([^{}]*?)\s*\}\}/g
const REFRESH_MS_MIN = 1000

/** Moves the declarations in the texts of a document to its `secrets`; any other document is returned as it is. */
export function liftDeclaredSecrets(document: unknown): unknown {
  const lifted: unknown[] = []
  const rest = withoutDeclarations(document, lifted)
  if (lifted.length === 0 || !isObject(rest)) return document
  const before = Array.isArray(rest['secrets']) ? rest['secrets'] : []
  const texts = new Set<string>()
  const secrets = [...before, ...lifted].filter((entry) => {
    const text = JSON.stringify(entry)
    return !texts.has(text) && texts.add(text)
  })
  return { ...rest, secrets }
}

function withoutDeclarations(value: unknown, lifted: unknown[]): unknown {
  if (typeof value === 'string')
    return value.replace(DECLARED, (_, secretName: string, declared: string) => {
      lifted.push({ name: secretName, ...Object.fromEntries(new URLSearchParams(declared)) })
      return `{{secret.${secretName}}}`
    })
  if (Array.isArray(value)) return value.map((entry) => withoutDeclarations(entry, lifted))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withoutDeclarations(entry, lifted)]),
  )
}

/** Returns the declared names and, where there are any, the origins of values. */
export function resolveSecretEntries(
  entries: readonly SecretEntry[],
  problems: Problem[],
): { readonly names: readonly string[] } & Pick<RunPlan, 'secretSources'> {
  const sources = new Map<string, NonNullable<RunPlan['secretSources']>[string]>()
  for (const entry of entries) {
    if (typeof entry === 'string') continue
    const { name: secretName, from, path, field, refresh } = entry
    const source = { from, path, field, refreshMs: refresh === undefined ? null : parseDurationMs(refresh) }
    if (source.refreshMs !== null && source.refreshMs < REFRESH_MS_MIN)
      problems.push({
        path: 'secrets',
        message: `the secret ${secretName} is to be read again every ${refresh}`,
        expected: 'a refresh of 1s or more',
      })
    const known = sources.get(secretName)
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(source))
      problems.push({
        path: 'secrets',
        message: `the secret ${secretName} is declared twice, and not alike`,
        expected: 'one path, field and refresh for one name',
      })
    sources.set(secretName, source)
  }
  const names = entries.map((entry) => (typeof entry === 'string' ? entry : entry.name))
  return sources.size === 0 ? { names } : { names, secretSources: Object.fromEntries(sources) }
}
