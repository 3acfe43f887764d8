import { access, constants } from 'node:fs/promises'
import { messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'secrets-present'

/** Checks that every secret is set, so that a missing one shows before the load and not as a series of 401s. */
export const secretsPresent: PreflightCheck = {
  name: NAME,
  summary: 'every secret the scenario refers to is set',
  async check({ plan, env, secretFailures }) {
    const looks = await Promise.all(
      plan.secrets.map(async (name) => ({
        name,
        missing: await whyMissing(name, env),
        failure: lookUp(secretFailures, name),
      })),
    )
    const blocked = looks.flatMap(({ name, missing, failure }): PreflightFinding[] =>
      missing === null
        ? []
        : [
            {
              check: NAME,
              level: 'blocked',
              message: `the secret ${name} ${failure ?? missing}`,
              hint:
                failure === undefined
                  ? `Set ${name} in the environment, or ${name}_FILE to a file that holds it.`
                  : `Look at VAULT_ADDR, at what VAULT_TOKEN may read, and at path and field; or set ${name} in the environment.`,
            },
          ],
    )
    if (blocked.length > 0) return blocked
    return [{ check: NAME, level: 'ok', message: `${plan.secrets.length} needed, all set` }]
  },
}

async function whyMissing(name: string, env: Readonly<Record<string, string | undefined>>) {
  if (lookUp(env, name)) return null
  const file = lookUp(env, `${name}_FILE`)
  if (!file) return 'is not set'
  try {
    await access(file, constants.R_OK)
    return null
  } catch (error) {
    return `is in a file that cannot be read: ${messageOf(error)}`
  }
}
