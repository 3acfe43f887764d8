/** Secrets are written `secret('NAME')` or `{{secret.NAME}}`; the value comes from the environment or a file, at the last moment. */
import { readFileSync } from 'node:fs'
import { HarnessError, messageOf } from '../base/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Stands for the secret in any text of a scenario. */
export function secret(name: string): string {
  return `{{secret.${name}}}`
}

/** Names of all secrets that a document refers to, sorted. */
export function secretNamesIn(document: unknown): string[] {
  const names = [...JSON.stringify(document).matchAll(/\{\{\s*secret\.([\w-]+)\s*\}\}/g)].map(
    ([, name]) => name as string,
  )
  return [...new Set(names)].sort()
}

/** Values by name, from `NAME` or the file that `NAME_FILE` names. @throws HarnessError SECRET_MISSING */
export function resolveSecrets(names: readonly string[], env: Environment): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, secretValue(name, env)]))
}

function secretValue(name: string, env: Environment): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  const file = env[`${name}_FILE`]
  const hint = `Set ${name} in the environment, or ${name}_FILE to a file that holds it.`
  if (file === undefined)
    throw new HarnessError('SECRET_MISSING', `the scenario needs the secret ${name}`, { hint })
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new HarnessError(
      'SECRET_MISSING',
      `the file of the secret ${name} cannot be read: ${messageOf(cause)}`,
      { cause, hint },
    )
  }
}

/** Text with every secret value masked. */
export function redact(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.values(secrets).reduce(
    (masked, value) => (value === '' ? masked : masked.replaceAll(value, '***')),
    text,
  )
}
