/** Secrets filled into what a scenario says: alerts, requirements, and configurations of targets. */
import { HarnessError } from './errors.ts'
import { lookUp } from './names.ts'

/** The value with every `{{secret.NAME}}` of its texts, at any depth, filled in. @throws HarnessError SECRET_MISSING */
export function fillSecrets<T>(value: T, secrets: Readonly<Record<string, string>>): T {
  return filled(value, secrets) as T
}

function filled(value: unknown, secrets: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string')
    return value.replace(/\{\{\s*secret\.([\w.-]+)\s*\}\}/g, (_, name: string) => secretNamed(name, secrets))
  if (Array.isArray(value)) return value.map((entry) => filled(entry, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filled(entry, secrets)]))
}

function secretNamed(name: string, secrets: Readonly<Record<string, string>>): string {
  const value = lookUp(secrets, name)
  if (value !== undefined) return value
  throw new HarnessError('SECRET_MISSING', `the secret ${name} has no value`, {
    hint: `Set ${name} in the environment, or ${name}_FILE to a file that holds it.`,
  })
}
