/** Secrets are written `secret('NAME')` or `{{secret.NAME}}`; the value comes from the environment or a file, at the last moment. */
import { HarnessError, messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { readRegularTextSync } from '../system/files.ts'
import { declaredIn, type VaultSecret } from './secret-schema.ts'
import { variablesIn } from './templates.ts'

/** More is no secret, but a wrong path. */
const SECRET_BYTES_MAX = 1024 ** 2

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Stands for the secret in any text of a scenario. @param source where its value is, unless the environment has one
 * @throws HarnessError SCENARIO_INVALID for a name that is none
 */
export function secret(name: string, source?: VaultSecret): string {
  if (!/^[\w-]+$/.test(name)) {
    throw new HarnessError('SCENARIO_INVALID', `'${name}' is not the name of a secret`, {
      hint: 'Use letters, digits, - and _, as in the name of an environment variable.',
    })
  }
  return source === undefined ? `{{secret.${name}}}` : declaredIn(name, source)
}

/** Names of all secrets that a document refers to, and of those it declares for its code, sorted. */
export function secretNamesIn(document: unknown, declared: readonly string[]): string[] {
  const used = variablesIn(document)
    .filter(({ variable }) => variable.startsWith('secret.'))
    .map(({ variable }) => variable.slice('secret.'.length))
  return [...new Set([...used, ...declared])].sort()
}

/** Values by name, from `NAME` or the file that `NAME_FILE` names. @throws HarnessError SECRET_MISSING */
export function resolveSecrets(names: readonly string[], env: Environment): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, secretValue(name, env)]))
}

/** Finds those of the names that have a value: what is told of an older run is masked as far as its secrets are known here. */
export function knownSecrets(names: readonly string[], env: Environment): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      try {
        return [[name, secretValue(name, env)]]
      } catch (error) {
        if (error instanceof HarnessError && error.code === 'SECRET_MISSING') return []
        throw error
      }
    }),
  )
}

function secretValue(name: string, env: Environment): string {
  const value = lookUp(env, name)
  if (value !== undefined && value !== '') return value
  const file = lookUp(env, `${name}_FILE`)
  const hint = `Set ${name} in the environment, or ${name}_FILE to a file that holds it.`
  if (file === undefined)
    throw new HarnessError('SECRET_MISSING', `the scenario needs the secret ${name}`, { hint })
  try {
    return readRegularTextSync(file, { bytesMax: SECRET_BYTES_MAX }).trim()
  } catch (cause) {
    throw new HarnessError(
      'SECRET_MISSING',
      `the file of the secret ${name} cannot be read: ${messageOf(cause)}`,
      { cause, hint },
    )
  }
}
