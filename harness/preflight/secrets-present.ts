import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'secrets-present'

/** A missing secret shows before the load, not as a wall of 401s. */
export const secretsPresent: PreflightCheck = {
  name: NAME,
  summary: 'every secret the scenario refers to is set',
  check({ plan, env }) {
    const missing = plan.secrets.filter((name) => !env[name] && !env[`${name}_FILE`])
    if (missing.length === 0)
      return Promise.resolve([
        { check: NAME, level: 'ok', message: `${plan.secrets.length} needed, all set` },
      ])
    return Promise.resolve(
      missing.map((name) => ({
        check: NAME,
        level: 'blocked' as const,
        message: `the secret ${name} is not set`,
        hint: `Set ${name} in the environment, or ${name}_FILE to a file that holds it.`,
      })),
    )
  },
}
