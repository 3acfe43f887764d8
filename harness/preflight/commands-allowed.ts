import { plannedRequests } from '../model/plan-steps.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'commands-allowed'

/** Checks that load runs only permitted commands of this machine: `allowCommands`, `--allow-command`. */
export const commandsAllowed: PreflightCheck = {
  name: NAME,
  summary: 'load runs only commands of this machine that are allowed by name',
  check({ plan, target }) {
    const commands = new Set<string>()
    for (const { target: name, request } of plannedRequests(plan)) {
      const targetPlan = Object.entries(plan.targets).find(([each]) => each === name)?.[1]
      const command = targetPlan && target(targetPlan.plugin).commandOf?.(request)
      if (command !== undefined) commands.add(command)
    }
    const refused = [...commands].filter((command) => plan.allowCommands?.includes(command) !== true)
    if (refused.length === 0)
      return Promise.resolve([
        { check: NAME, level: 'ok', message: `${[...commands].join(', ') || 'no command'} allowed` },
      ])
    return Promise.resolve(
      refused.map((command) => ({
        check: NAME,
        level: 'blocked',
        message: `the run would start the command ${command} on this machine, which is not allowed`,
        hint: `If it may be run, allow it: --allow-command ${command}, or allowCommands: ['${command}'] in the scenario.`,
      })),
    )
  },
}
