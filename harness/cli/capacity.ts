import { type Command, Option } from 'commander'
import { capacityReports, DEFAULT_CAPACITY_REPORTS } from '../app/capacity/capacity-reports.ts'
import type { DemandWish } from '../app/capacity/demand.ts'
import { forecastCapacity, type PublishedForecast } from '../app/capacity/forecast-capacity.ts'
import { DEFAULT_FORECAST_REPORTS } from '../app/capacity/forecast-reports.ts'
import type { PublishedCapacity } from '../app/capacity/publish-capacity.ts'
import { searchCapacity } from '../app/capacity/search-capacity.ts'
import { HISTORY_FILE } from '../app/history/history.ts'
import { reportPlaceOf } from '../app/serve/report-place.ts'
import { visible } from '../base/visible.ts'
import { liveAnswerOf, watchedSearch } from '../live/watched-search.ts'
import type { CapacityForecast } from '../model/capacity-forecast.ts'
import { probesTable } from '../reporters/capacity/capacity-tables.ts'
import { searchText } from '../reporters/capacity/search-text.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { forecastHeadline, forecastLines } from '../text/forecast-text.ts'
import {
  addSearchOptions,
  type CapacityFlags,
  demandWishOf,
  requireFittingSearch,
  scenarioFlagsOf,
  settingsOf,
} from './capacity-options.ts'
import type { CommandContext } from './command-context.ts'
import { addUiOptions, onDashboard } from './dashboard-options.ts'
import { stateOption } from './emergency.ts'
import { withPresetFlags } from './preset-options.ts'
import { addLogOptions, RunConsole } from './run-console.ts'
import { addSteadyOptions, overridesOf, wholeNumber } from './scenario-options.ts'
import { addHistoryOptions, historyOf, requireFittingHistory } from './verdict-options.ts'

const HELP = `
Finds the highest load that keeps the objectives of the scenario: doubles the load until one is missed, closes in on it, and
confirms a safe rate by a long probe. It overloads the service on the way. A limit is an objective of role core and severity
major or critical that bounds something from above; without one, error_ratio and ten times the usual p99 are assumed.

Examples:
  proofload capacity scenarios/checkout.ts
  proofload capacity scenarios/checkout.ts --from 50/s --max 5000/s --at-least 800/s
  proofload capacity scenarios/checkout.ts --by agents --max 500
  proofload capacity scenarios/checkout.ts --demand 450/s --growth 5%/month --reserve 30%
  proofload capacity checkout --forecast --demand 450/s --growth 5%/month --instances 4
  proofload capacity scenarios/checkout.ts --resume reports/checkout/capacity-20261121-093005-4f2a

Exit status: 0 confirmed (and --at-least is held), 1 --at-least is not held, 3 not confirmed or not decided.`

/** `proofload capacity` */
export function addCapacityCommand(command: Command, context: CommandContext): void {
  command.argument('<scenario>', 'scenario file (.ts, .js, .yaml, .json) or URL; with --forecast its name')
  addHistoryOptions(addUiOptions(addLogOptions(addSearchOptions(addSteadyOptions(command)))))
    .option('--forecast', 'send no load: tell from stored searches of the scenario how long a demand is held')
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
    .action(async (source: string, written: CapacityFlags) => {
      const flags = await withPresetFlags(written, command, context.host)
      requireFittingSearch(flags)
      requireFittingHistory(flags)
      if (flags.forecast === true) return await forecast(source, flags, context)
      const published = await search(source, flags, context)
      const { stdout } = context.host
      stdout.write(flags.json === true ? `${JSON.stringify(documentOf(published))}\n` : textOf(published))
      context.exit(published.exitCode)
    })
}

async function forecast(
  scenario: string,
  flags: CapacityFlags,
  { host, exit }: CommandContext,
): Promise<void> {
  const demand = demandWishOf(flags) as DemandWish
  const { by, store = HISTORY_FILE, out: outDir } = flags
  const reports = flags.report === DEFAULT_CAPACITY_REPORTS ? DEFAULT_FORECAST_REPORTS : flags.report
  const published = await forecastCapacity({ scenario, by, demand, store, outDir, reports }, host)
  const { forecast: found, files, failures, exitCode } = published
  host.stdout.write(
    flags.json === true ? `${JSON.stringify({ ...found, files })}\n` : forecastText(found, files, failures),
  )
  exit(exitCode)
}

function search(
  source: string,
  flags: CapacityFlags,
  { host, interrupts }: CommandContext,
): Promise<PublishedCapacity> {
  const stop = interrupts.take()
  const progress = new RunConsole(host, flags, stop)
  const request = {
    source,
    overrides: overridesOf(scenarioFlagsOf(flags)),
    threads: flags.threads ?? null,
    outDir: flags.out,
    within: null,
    pool: null,
    state: flags.state,
    stop,
    by: flags.by,
    settings: settingsOf(flags),
    resume: flags.resume ?? null,
    allowsOverload: flags.allowOverload === true,
    answer: {
      atLeast: flags.atLeast ?? null,
      strict: flags.strict === true,
    },
    demand: demandWishOf(flags),
    history: historyOf(flags),
    reports: flags.report,
  }
  const { host: shown, runs, say } = progress
  const observer = watchedSearch(runs, say)
  return onDashboard(
    flags,
    { host: shown, stop },
    progress,
    () => searchCapacity(request, shown, progress, observer),
    (feed, { record, files }) => feed.answered(liveAnswerOf(record), reportPlaceOf(files, null)),
  ).finally(() => progress.done())
}

function documentOf({ record, files, exitCode }: PublishedCapacity): object {
  return { ...record, answer: { ...record.answer, exitCode }, files }
}

/** The longest of the names of what a forecast tells. */
const WHAT_CHARS = 'instances'.length

function forecastText(
  forecast: CapacityForecast,
  files: PublishedForecast['files'],
  failures: readonly string[],
): string {
  const lines = [
    forecastHeadline(forecast),
    ...forecastLines(forecast).map(([what, text]) => `  ${what.padEnd(WHAT_CHARS)}  ${text}`),
    ...Object.entries(files).map(([name, file]) => `${name} ${file}`),
    ...failures,
  ]
  return `${lines.map(visible).join('\n')}\n`
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

function chosenReports(text: string, before: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => capacityReports.get(name.trim()).name)
  return [...new Set([...(before === DEFAULT_CAPACITY_REPORTS ? [] : before), ...names])]
}
