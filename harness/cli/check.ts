import type { Command } from 'commander'
import { preparePlan } from '../app/run/prepare.ts'
import { formatDurationMs } from '../base/units.ts'
import { joiningText } from '../text/joining-text.ts'
import type { CommandContext } from './command-context.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags } from './scenario-options.ts'

/** `proofload check` */
export function addCheckCommand(command: Command, { host, exit }: CommandContext): void {
  addScenarioOptions(command.argument('<scenario>', 'scenario file'))
    .addHelpText('after', '\nExample:\n  proofload check scenarios/checkout.ts --env staging')
    .action(async (source: string, flags: ScenarioFlags) => {
      const { plan, planHash } = await preparePlan(source, overridesOf(flags), host)
      const joining = joiningText(plan)
      host.stdout.write(
        `${plan.scenario}: valid. ${plan.journeys.length} journeys, ${plan.objectives.length} objectives, ` +
          `${plan.workload.agents} agents, ${formatDurationMs(plan.durationMs)}. Plan ${planHash.slice(0, 16)}.\n${joining === null ? '' : `${joining}.\n`}`,
      )
      exit(0)
    })
}
