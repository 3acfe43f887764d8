import type { TargetPlan } from '../model/plan.ts'
import { agentsOf } from '../model/plan-load.ts'
import type { PreflightCheck, PreflightContext, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'target-reachable'

/** Checks that every target answers one request. */
export const targetReachable: PreflightCheck = {
  name: NAME,
  summary: 'every target answers one request',
  check: (context) =>
    Promise.all(
      Object.entries(context.plan.targets).map(([name, target]) => findingsOf(name, target, context)),
    ).then((findings) => findings.flat()),
}

async function findingsOf(
  name: string,
  { plugin: pluginName, config, connections }: TargetPlan,
  { target, clock, plan }: PreflightContext,
): Promise<PreflightFinding[]> {
  const plugin = target(pluginName)
  const probe = await plugin.probe(config, clock)
  if (probe === null)
    return [{ check: NAME, level: 'ok', message: `${name}: started by the run, not checked` }]
  if (!probe.reachable)
    return [
      {
        check: NAME,
        level: 'blocked',
        message: `${name}: ${probe.message}`,
        hint: probe.hint ?? 'Start the target, or choose another one with --target URL.',
      },
    ]
  const particular =
    (await plugin.preflight?.(config, {
      agents: agentsOf(plan),
      connections: connections ?? null,
    })) ?? []
  return [
    { check: NAME, level: 'ok', message: `${name}: ${probe.message}` },
    ...particular.map((finding) => ({ ...finding, check: NAME, message: `${name}: ${finding.message}` })),
  ]
}
