import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { TRIAGE_FILE, triage } from '../app/triage.ts'
import { ERROR_EXIT_STATUS } from '../base/errors.ts'
import type { StopSwitch } from '../base/stop-request.ts'
import { formatDurationMs, formatRatio, parseRatio } from '../base/units.ts'
import { visible } from '../base/visible.ts'
import type { TriageRecord } from '../model/triage.ts'
import { OUTCOME_EXIT_STATUS } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'
import { stateOption } from './emergency.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags, wholeNumber } from './scenario-options.ts'

interface TriageFlags extends ScenarioFlags, LogFlags {
  readonly threads?: number
  readonly out: string
  readonly state: string
  readonly repeats: number
  readonly reproduced: number
  readonly armRollback?: boolean
  readonly json?: boolean
}

const HELP = `
Takes the deploy lock and runs the scenario several times. If enough of the runs are NO-GO, rolls the system back as the
missed objectives demand and runs the scenario once more. Releases the deploy lock at the end.

Examples:
  proofload triage scenarios/checkout.ts
  proofload triage scenarios/checkout.ts --repeats 5 --reproduced 60% --arm-rollback

Exit status: 0 recovered or not reproduced, 1 reproduced and not rolled back, 3 flaky, 5 rolled back but not healthy.`

/** `proofload triage` */
export function addTriageCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command.argument('<scenario>', 'scenario file (.ts, .js, .yaml, .json) or URL')
  addLogOptions(addScenarioOptions(command))
    .option('--repeats <n>', 'number of runs', wholeNumber(1, 100), 3)
    .option(
      '--reproduced <ratio>',
      'share of NO-GO runs from which the breach counts as reproduced',
      ratio,
      0.9,
    )
    .option('--arm-rollback', 'roll the system back (default: print what would be done)')
    .option('--threads <n>', 'worker threads (default: cores - 1)', wholeNumber(1, 256))
    .option('--out <folder>', 'folder for the reports', 'reports')
    .addOption(stateOption())
    .option('--json', 'print the record as one JSON document on stdout')
    .addHelpText('after', HELP)
    .action(async (source: string, flags: TriageFlags) => {
      const record = await run(source, flags, host, interrupts.take())
      host.stdout.write(flags.json === true ? `${JSON.stringify(record)}\n` : textOf(record, flags.out))
      exit(exitStatusOf(record))
    })
}

function run(source: string, flags: TriageFlags, host: Host, stop: StopSwitch): Promise<TriageRecord> {
  const request = {
    source,
    overrides: overridesOf(flags),
    threads: flags.threads ?? null,
    outDir: flags.out,
    state: flags.state,
    within: null,
    pool: null,
    repeats: flags.repeats,
    reproducedRatioMin: flags.reproduced,
    armRollback: flags.armRollback === true,
    stop,
  }
  const progress = new RunConsole(host, flags, stop)
  return triage(request, progress.host, progress, (what, { runId, outcome, reason }) =>
    progress.say(`${what} ${runId}: ${outcome}${reason === null ? '' : `, ${reason}`}`),
  ).finally(() => progress.done())
}

function textOf(record: TriageRecord, out: string): string {
  const { outcome, message, durationMs, scenario, triageId, rollback } = record
  const rows = rollback?.plan?.map(({ step, description }) => [step, visible(description)]) ?? []
  const plan = rows.length === 0 ? '' : `${renderTextTable({ title: '', heads: ['step', 'would'], rows })}`
  const file = join(out, scenario, triageId, TRIAGE_FILE)
  return `${outcome} after ${formatDurationMs(durationMs)}: ${message}\n${plan}record ${file}\n`
}

function exitStatusOf({ outcome }: TriageRecord): number {
  switch (outcome) {
    case 'recovered':
    case 'not-reproduced':
      return OUTCOME_EXIT_STATUS.GO
    case 'reproduced':
      return OUTCOME_EXIT_STATUS.NO_GO
    case 'flaky':
      return OUTCOME_EXIT_STATUS.INCONCLUSIVE
    case 'unsettled':
      return ERROR_EXIT_STATUS.ROLLBACK_FAILED
  }
}

function ratio(text: string): number {
  try {
    const value = parseRatio(text)
    if (value > 0 && value <= 1) return value
  } catch {
    // Reported below, with the range.
  }
  throw new InvalidArgumentError(`It must be above 0 % and at most 100 %, e.g. ${formatRatio(0.5)}.`)
}
