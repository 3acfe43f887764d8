import { fillSecrets } from '../../base/fill-secrets.ts'
import { lookUp } from '../../base/names.ts'
import type { RunPlan, TargetPlan } from '../../model/plan.ts'

type Secrets = Readonly<Record<string, string>>

/** The secrets that a target is given, and its configuration. */
export interface GivenSecrets {
  readonly config: TargetPlan['config']
  readonly secrets: Secrets
}

/**
 * Gives our own targets a configuration as it was written, and all secrets to fill it with; a target from outside one that is filled,
 * and of the secrets only those that its plugin states in `needs.env`.
 */
export function givenSecrets(
  { plugins = [] }: Pick<RunPlan, 'plugins'>,
  { plugin, config }: Pick<TargetPlan, 'plugin' | 'config'>,
  secrets: Secrets,
): GivenSecrets {
  const outside = plugins.find(({ provides }) => lookUp(provides, 'targets')?.includes(plugin))
  if (outside === undefined) return { config, secrets }
  const stated = lookUp(outside.needs, 'env') ?? []
  return {
    config: fillSecrets(config, secrets),
    secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => stated.includes(name))),
  }
}
