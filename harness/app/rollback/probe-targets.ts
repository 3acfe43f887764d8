import { fillSecrets } from '../../base/fill-secrets.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'

/** Contacts each target once; resolves to what is wrong with them. A target that its scenario starts cannot be contacted before. */
export async function probeTargets(
  plan: RunPlan,
  { clock, env }: Pick<Host, 'clock' | 'env'>,
): Promise<string[]> {
  const targets = targetsOf(plan)
  const filled = fillSecrets(plan.targets, resolveSecrets(plan.secrets, env))
  const problems = await Promise.all(
    Object.entries(filled).map(async ([name, { plugin, config }]) => {
      const probe = await targets.get(plugin).probe(config, clock)
      return probe === null || probe.reachable ? [] : [`${name}: ${probe.message}`]
    }),
  )
  return problems.flat()
}
