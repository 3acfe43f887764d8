import type { Command } from 'commander'
import { planSamples } from '../app/plan-samples.ts'
import { formatCount, formatDurationMs, formatRatio } from '../base/units.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { demandText } from '../text/demand-text.ts'
import type { CommandContext } from './command-context.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags } from './scenario-options.ts'

/** `proofload plan-samples` */
export function addPlanSamplesCommand(command: Command, { host }: CommandContext): void {
  addScenarioOptions(command.argument('<scenario>', 'scenario file or URL'))
    .option('--json', 'print one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  proofload plan-samples scenarios/checkout.ts --rate 200/s')
    .action(async (source: string, flags: ScenarioFlags & { readonly json?: boolean }) => {
      const { plan, found } = await planSamples(source, overridesOf(flags), host)
      if (flags.json === true) return void host.stdout.write(`${JSON.stringify(found)}\n`)
      const rows = found.map(({ allowed, planned, plannedMost, atLeast, typical, ...demand }) => [
        demandText(demand),
        formatRatio(allowed),
        formatCount(atLeast),
        formatCount(typical),
        plannedText(planned, plannedMost),
        planned === null || planned === 0 ? '-' : formatDurationMs((typical / planned) * plan.durationMs),
      ])
      const heads = ['objective', 'may exceed', 'at least', 'typically', 'planned', 'typical duration']
      host.stdout.write(
        rows.length === 0
          ? 'no objective limits a share of requests, so any number of requests will do\n'
          : `${renderTextTable({ title: 'Requests that prove an objective', heads, rows })}
at least: fewer requests prove nothing, even if none is slow. typically: proven in nine of ten runs of a service with half
of the allowed slow requests. A closed model runs as fast as the target, so its number of requests is not known beforehand.
`,
      )
    })
}

/** A journey with conditions has no number of requests, but a highest one. */
function plannedText(planned: number | null, most: number | null): string {
  if (planned !== null) return formatCount(planned)
  return most === null ? 'unknown' : `at most ${formatCount(most)}`
}
