/** Flags of the commands that end in a verdict: its reports, its strictness, and where it is remembered. */
import { type Command, Option } from 'commander'
import { HISTORY_FILE } from '../app/history/history.ts'
import { DEFAULT_REPORTS, reports } from '../app/reports/documents.ts'
import type { HistoryRef } from '../app/run/request.ts'
import { HarnessError } from '../base/errors.ts'
import { INCONCLUSIVE_POLICIES, type InconclusivePolicy } from '../model/verdict.ts'
import { wholeNumber } from './scenario-options.ts'

/** The flags that name the history to which a command writes. */
export interface HistoryFlags {
  /** Undefined: the file in the project. */
  readonly store?: string
  readonly history: boolean
  readonly build?: string
}

export interface VerdictFlags extends HistoryFlags {
  readonly report: readonly string[]
  readonly strict?: boolean
  readonly inconclusive: InconclusivePolicy
  readonly retries: number
}

/** The most attempts after the first that may be asked for. */
const RETRIES_MAX = 20

/** Adds the flags to a command. */
export function addVerdictOptions(command: Command): Command {
  command
    .addOption(
      new Option('--report <names>', `reports to write, repeatable: ${reports.names.join(', ')}`)
        .argParser(chosenReports)
        .default(DEFAULT_REPORTS, DEFAULT_REPORTS.join(',')),
    )
    .option('--strict', 'cautions make the verdict INCONCLUSIVE (release gates)')
    .addOption(
      new Option(
        '--inconclusive <effect>',
        'exit status of INCONCLUSIVE: 3, or 0 with a warning in every report',
      )
        .choices(INCONCLUSIVE_POLICIES)
        .default('fail'),
    )
    .option(
      '--retries <n>',
      'run again, up to n times, while the load generator is the reason for INCONCLUSIVE',
      wholeNumber(0, RETRIES_MAX),
      0,
    )
  return addHistoryOptions(command)
}

/** Adds the flags that name the history to which a command writes. */
export function addHistoryOptions(command: Command): Command {
  return command
    .option('--store <where>', `history: a file, or postgres://... (default: "${HISTORY_FILE}")`)
    .option('--no-history', 'add nothing to the history')
    .option('--build <id>', 'commit or other name of the build, for the history')
}

/** Adds the named reports to those already chosen, without duplicates. @throws HarnessError PLUGIN_UNKNOWN */
function chosenReports(text: string, before: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => reports.get(name.trim()).name)
  return [...new Set([...(before === DEFAULT_REPORTS ? [] : before), ...names])]
}

/** Checks that the flags of the history are not without one. @throws HarnessError USAGE */
export function requireFittingHistory({ history, store, build }: HistoryFlags): void {
  if (history) return
  for (const [flag, value] of Object.entries({ '--store': store, '--build': build }))
    if (value !== undefined)
      throw new HarnessError('USAGE', `${flag} needs the history, and --no-history leaves it out`, {
        hint: `Leave out --no-history or ${flag}.`,
      })
}

/** The history that the flags name; null for none. */
export function historyOf({ history, store = HISTORY_FILE, build }: HistoryFlags): HistoryRef | null {
  return history ? { store, build: build ?? null } : null
}

/** The part of a request that the flags make. */
export function verdictSettingsOf(flags: VerdictFlags) {
  const { report: reports, strict = false, inconclusive, retries } = flags
  return { reports, strict, inconclusive, retries, history: historyOf(flags) }
}
