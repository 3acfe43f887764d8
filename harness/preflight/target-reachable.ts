import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'target-reachable'

/** A target that does not answer one request will not answer a thousand. */
export const targetReachable: PreflightCheck = {
  name: NAME,
  summary: 'every target answers one request sanely',
  check: (context) =>
    Promise.all(
      Object.entries(context.plan.targets).map(
        async ([name, { plugin, config }]): Promise<PreflightFinding> => {
          const probe = await context.target(plugin).probe(config, context.clock)
          if (probe === null)
            return {
              check: NAME,
              level: 'ok',
              message: `${name}: nothing to look at before the run starts it`,
            }
          if (probe.reachable) return { check: NAME, level: 'ok', message: `${name}: ${probe.message}` }
          return {
            check: NAME,
            level: 'blocked',
            message: `${name}: ${probe.message}`,
            hint: 'Start the target, or name another with --target URL.',
          }
        },
      ),
    ),
}
