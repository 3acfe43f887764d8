import type { Command } from 'commander'
import { requireTypes } from '../app/check-types.ts'
import { requestBoundsNotes } from '../app/request-bounds.ts'
import { preparePlan } from '../app/run/prepare.ts'
import { agentsOf } from '../model/plan-load.ts'
import { joiningText } from '../text/joining-text.ts'
import { lengthText } from '../text/length-text.ts'
import type { CommandContext } from './command-context.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags } from './scenario-options.ts'

/** `proofload check` */
export function addCheckCommand(command: Command, { host, exit }: CommandContext): void {
  addScenarioOptions(command.argument('<scenario>', 'scenario file'))
    .optionsGroup('Options:')
    .option('--types', 'check the types of a TypeScript scenario, too, by the compiler of its project')
    .addHelpText('after', '\nExample:\n  proofload check scenarios/checkout.ts --env staging')
    .action(async (source: string, flags: ScenarioFlags & { readonly types?: boolean }) => {
      const { plan, planHash } = await preparePlan(source, overridesOf(flags), host)
      if (flags.types === true) await requireTypes(source, host)
      const joining = joiningText(plan)
      const bounds = requestBoundsNotes(plan).map((note) => `${note}.\n`)
      host.stdout.write(
        `${plan.scenario}: valid. ${plan.journeys.length} journeys, ${plan.objectives.length} objectives, ` +
          `${agentsOf(plan)} agents, ${lengthText(plan)}. Plan ${planHash.slice(0, 16)}.\n${joining === null ? '' : `${joining}.\n`}${bounds.join('')}`,
      )
      exit(0)
    })
}
