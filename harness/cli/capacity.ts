import { type Command, InvalidArgumentError, Option } from 'commander'
import { capacityReports, DEFAULT_CAPACITY_REPORTS } from '../app/capacity/capacity-reports.ts'
import type { PublishedCapacity } from '../app/capacity/publish-capacity.ts'
import { searchCapacity } from '../app/capacity/search-capacity.ts'
import { HarnessError } from '../base/errors.ts'
import { parseDurationMs, parseRatePerSec, parseRatio } from '../base/units.ts'
import { type CapacityControl, CONTROLS } from '../model/capacity.ts'
import { probesTable } from '../reporters/capacity/capacity-tables.ts'
import { searchText } from '../reporters/capacity/search-text.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { capacityProgress } from './capacity-progress.ts'
import type { CommandContext } from './command-context.ts'
import { stateOption } from './emergency.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import { addSteadyOptions, checked, overridesOf, type SteadyFlags, wholeNumber } from './scenario-options.ts'
import { addHistoryOptions, type HistoryFlags, historyOf, requireFittingHistory } from './verdict-options.ts'

interface CapacityFlags extends SteadyFlags, LogFlags, HistoryFlags {
  readonly by: CapacityControl
  readonly from?: number
  readonly max?: number
  readonly precision?: number
  readonly probes?: number
  readonly probe?: string
  readonly budget?: string
  readonly demand?: number
  readonly growth?: number
  readonly reserve: number
  readonly instances?: number
  readonly atLeast?: number
  readonly strict?: boolean
  readonly allowOverload?: boolean
  readonly resume?: string
  readonly report: readonly string[]
  readonly threads?: number
  readonly out: string
  readonly state: string
  readonly json?: boolean
}

const HELP = `
Finds the highest load that keeps the objectives of the scenario: doubles the load until one is missed, closes in on it, and
confirms a safe rate by a long probe. It overloads the service on the way. A limit is an objective of role core and severity
major or critical that bounds something from above; without one, error_ratio and ten times the usual p99 are assumed.

Examples:
  proofload capacity scenarios/checkout.ts
  proofload capacity scenarios/checkout.ts --from 50/s --max 5000/s --at-least 800/s
  proofload capacity scenarios/checkout.ts --by agents --max 500
  proofload capacity scenarios/checkout.ts --demand 450/s --growth 5%/month --reserve 30%
  proofload capacity scenarios/checkout.ts --resume reports/checkout/capacity-20261121-093005-4f2a

Exit status: 0 confirmed (and --at-least is held), 1 --at-least is not held, 3 not confirmed or not decided.`

/** `proofload capacity` */
export function addCapacityCommand(command: Command, context: CommandContext): void {
  command.argument('<scenario>', 'scenario file (.ts, .js, .yaml, .json) or URL')
  addHistoryOptions(addLogOptions(addSearchOptions(addSteadyOptions(command))))
    .option('--strict', 'a service that changed during the search makes the answer INCONCLUSIVE')
    .option('--allow-overload', 'overload hosts beyond loopback, which also have to be allowed by name')
    .option('--resume <folder>', 'go on with the search in this folder')
    .addOption(
      new Option('--report <names>', `reports to write, repeatable: ${capacityReports.names.join(', ')}`)
        .argParser(chosenReports)
        .default(DEFAULT_CAPACITY_REPORTS, DEFAULT_CAPACITY_REPORTS.join(',')),
    )
    .option('--threads <n>', 'worker threads (default: cores - 1)', wholeNumber(1, 256))
    .option('--out <folder>', 'folder for the reports', 'reports')
    .addOption(stateOption())
    .option('--json', 'print the search and its answer as one JSON document on stdout')
    .addHelpText('after', HELP)
    .action(async (source: string, flags: CapacityFlags) => {
      requireFitting(flags)
      requireFittingHistory(flags)
      const published = await search(source, flags, context)
      const { stdout } = context.host
      stdout.write(flags.json === true ? `${JSON.stringify(documentOf(published))}\n` : textOf(published))
      context.exit(published.exitCode)
    })
}

function addSearchOptions(command: Command): Command {
  return command
    .addOption(new Option('--by <variable>', 'what is searched').choices(CONTROLS).default('rate'))
    .option('--from <load>', 'first load, e.g. 50/s, or agents (default: a fifth of the scenario)', load)
    .option('--max <load>', 'largest load (default: none)', load)
    .option(
      '--precision <ratio>',
      'half width of the 90 % interval at which the search is over (default: 5%)',
      ratio,
    )
    .option('--probes <n>', 'probes before the confirmation, at most (default: 14)', wholeNumber(2, 100))
    .option(
      '--probe <time>',
      'length of every probe (default: as long as the objectives need)',
      checked(parseDurationMs),
    )
    .option('--budget <time>', 'length of the whole search, at most (default: 30m)', checked(parseDurationMs))
    .option('--at-least <load>', 'load that has to be held: exit status 1 when it is not', load)
    .option('--demand <load>', 'demand today, for headroom', load)
    .option('--growth <ratio>', 'growth of the demand a month, e.g. 5%/month; needs --demand', growth)
    .option('--reserve <ratio>', 'share of the safe rate that has to stay free', ratio, 0.3)
    .option('--instances <n>', 'instances that serve now; needs --demand', wholeNumber(1, 100_000))
}

function search(
  source: string,
  flags: CapacityFlags,
  { host, interrupts }: CommandContext,
): Promise<PublishedCapacity> {
  const stop = interrupts.take()
  const progress = new RunConsole(host, flags, stop)
  const { demand, growth: perMonth, reserve, instances } = flags
  const request = {
    source,
    overrides: overridesOf(scenarioFlagsOf(flags)),
    threads: flags.threads ?? null,
    outDir: flags.out,
    within: null,
    state: flags.state,
    stop,
    by: flags.by,
    settings: settingsOf(flags),
    resume: flags.resume ?? null,
    allowsOverload: flags.allowOverload === true,
    answer: {
      atLeast: flags.atLeast ?? null,
      strict: flags.strict === true,
      forecast:
        demand === undefined
          ? null
          : { demand, growth: perMonth ?? null, reserve, instances: instances ?? null },
    },
    history: historyOf(flags),
    reports: flags.report,
  }
  return searchCapacity(request, progress.host, progress, capacityProgress(progress.say)).finally(() =>
    progress.done(),
  )
}

/** The search has a precision of its own. */
function scenarioFlagsOf({ precision: _precision, ...flags }: CapacityFlags): SteadyFlags {
  return flags
}

function settingsOf({ from, max, precision, probes, probe, budget }: CapacityFlags) {
  const given = {
    from,
    max,
    precision,
    probesMax: probes,
    probeS: probe === undefined ? undefined : parseDurationMs(probe) / 1000,
    budgetS: budget === undefined ? undefined : parseDurationMs(budget) / 1000,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Checks that the flags fit together. @throws HarnessError USAGE when they do not */
function requireFitting(flags: CapacityFlags): void {
  const { resume, demand, growth: perMonth, instances, from, max } = flags
  if (resume !== undefined)
    for (const flag of ['from', 'max', 'precision', 'probes', 'probe', 'budget'] as const)
      if (flags[flag] !== undefined)
        throw new HarnessError('USAGE', `--${flag} cannot be changed for a search that goes on`, {
          hint: `Leave out --${flag}: the search in ${resume} knows its own.`,
        })
  for (const [flag, value] of Object.entries({ '--growth': perMonth, '--instances': instances }))
    if (value !== undefined && demand === undefined)
      throw new HarnessError('USAGE', `${flag} needs a --demand`, {
        hint: `State today's demand, for example --demand 450/s ${flag} ...`,
      })
  if (from !== undefined && max !== undefined && from > max)
    throw new HarnessError('USAGE', '--from is larger than --max', { hint: 'Begin below the largest load.' })
}

function documentOf({ record, files, exitCode }: PublishedCapacity): object {
  return { ...record, answer: { ...record.answer, exitCode }, files }
}

function textOf({ record, files, failures }: PublishedCapacity): string {
  const probes = probesTable(record)
  const short = {
    ...probes,
    rows: probes.rows.map((row) => [...row.slice(0, -1), row.at(-1)?.split(':')[0] ?? '']),
  }
  const lines = [
    searchText(record),
    renderTextTable(short),
    ...Object.entries(files).map(([name, file]) => `${name} ${file}`),
    ...failures,
  ]
  return `${lines.join('\n')}\n`
}

/** `50/s`, or a number of agents. */
function load(text: string): number {
  try {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : parseRatePerSec(text)
    if (value > 0) return value
  } catch {
    // Reported below.
  }
  throw new InvalidArgumentError('It must be a rate such as 50/s, or a number of agents.')
}

function ratio(text: string): number {
  try {
    const value = parseRatio(text)
    if (value > 0 && value < 1) return value
  } catch {
    // Reported below.
  }
  throw new InvalidArgumentError('It must be above 0 % and below 100 %, e.g. 5%.')
}

function growth(text: string): number {
  return ratio(text.replace(/\/month$/, ''))
}

function chosenReports(text: string, before: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => capacityReports.get(name.trim()).name)
  return [...new Set([...(before === DEFAULT_CAPACITY_REPORTS ? [] : before), ...names])]
}
