import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'target-reachable'

/** Checks that every target answers one request. */
export const targetReachable: PreflightCheck = {
  name: NAME,
  summary: 'every target answers one request',
  check: (context) =>
    Promise.all(
      Object.entries(context.plan.targets).map(
        async ([name, { plugin, config }]): Promise<PreflightFinding> => {
          const probe = await context.target(plugin).probe(config, context.clock)
          if (probe === null)
            return {
              check: NAME,
              level: 'ok',
              message: `${name}: started by the run, not checked`,
            }
          if (probe.reachable) return { check: NAME, level: 'ok', message: `${name}: ${probe.message}` }
          return {
            check: NAME,
            level: 'blocked',
            message: `${name}: ${probe.message}`,
            hint: 'Start the target, or choose another one with --target URL.',
          }
        },
      ),
    ),
}
