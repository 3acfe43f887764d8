/** `proofload history ...`: shows, exports, imports and deletes stored runs. */

import { Command, Option } from 'commander'
import { exportHistory, HISTORY_FILE, importHistory, withHistory } from '../app/history/history.ts'
import { HarnessError } from '../base/errors.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'
import { withoutGaps } from '../base/without-gaps.ts'
import { HISTORY_KINDS, type HistoryEntry, type HistoryKind, type HistoryRow } from '../model/history.ts'
import type { Host } from '../ports/host.ts'
import { searchText } from '../reporters/capacity/search-text.ts'
import { renderVerdict } from '../reporters/console.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { HistoryFilter } from '../store/history/history-filter.ts'
import { outcomeText } from '../text/outcome-text.ts'
import type { CommandContext } from './command-context.ts'
import type { Interrupts } from './interrupts.ts'
import { checked, wholeNumber } from './scenario-options.ts'

interface StoreFlags {
  readonly store: string
  readonly json?: boolean
}

interface ListFlags extends StoreFlags {
  readonly scenario?: string
  readonly outcome?: string
  readonly since?: string
  readonly limit?: number
  readonly kind?: HistoryKind
}

/** `proofload history` */
export function addHistoryCommand(history: Command, { host, interrupts }: CommandContext): void {
  addList(history, host)
  addShow(history, host)
  addQuery(history, host, interrupts)
  addExport(history, host)
  addImport(history, host)
  addRollUp(history, host)
  addForget(history, host)
}

/** Adds `--store`, the location of the history, and `--json`. */
export function storeOption(command: Command): Command {
  return command
    .option(
      '--store <where>',
      'history: a file, or postgres://user:password@host:5432/database',
      HISTORY_FILE,
    )
    .option('--json', 'print JSON on stdout')
}

function subcommand(history: Command, name: string, description: string): Command {
  const command = storeOption(new Command(name).description(description))
  history.addCommand(command)
  return command
}

function filterOptions(command: Command): Command {
  return command
    .addOption(new Option('--kind <kind>', 'only these').choices(HISTORY_KINDS))
    .option('--scenario <name>', 'only runs of this scenario')
    .option('--outcome <outcome>', 'only runs with this outcome: GO, NO_GO or INCONCLUSIVE')
    .option(
      '--since <date>',
      'only runs that began on or after this date, e.g. 2026-11-01',
      checked(requireDate),
    )
    .option('--limit <n>', 'maximum number of runs', wholeNumber(1, 1_000_000))
}

function filterOf({ kind, scenario, outcome, since, limit }: ListFlags): HistoryFilter {
  return withoutGaps({ kinds: kind === undefined ? undefined : [kind], scenario, outcome, since, limit })
}

function addList(history: Command, host: Host): void {
  filterOptions(subcommand(history, 'list', 'list the newest runs and searches')).action(
    async (flags: ListFlags) => {
      const rows = await withHistory(flags.store, host.cwd, (store) => store.list(filterOf(flags)))
      host.stdout.write(flags.json === true ? `${JSON.stringify(rows)}\n` : listText(rows))
    },
  )
}

function addShow(history: Command, host: Host): void {
  subcommand(history, 'show', 'show one run or search')
    .argument('<id>')
    .action(async (id: string, flags: StoreFlags) => {
      const run = await withHistory(flags.store, host.cwd, (store) => store.entry(id))
      if (run === null)
        throw new HarnessError('RECORD_NOT_FOUND', `the history has no run or search ${id}`, {
          hint: 'List what is stored with: proofload history list.',
        })
      host.stdout.write(
        flags.json === true ? `${JSON.stringify(run)}\n` : entryText(run, host.stdout.hasColours),
      )
    })
}

function entryText(entry: HistoryEntry, hasColours: boolean): string {
  return entry.kind === 'capacity'
    ? `${searchText({ ...entry, probes: [entry] })}\n`
    : renderVerdict(entry, hasColours)
}

function addQuery(history: Command, host: Host, interrupts: Interrupts): void {
  subcommand(history, 'query', 'run an SQL query on the tables runs, metrics and intervals')
    .argument('<sql>')
    .addHelpText(
      'after',
      "\nExample:\n  proofload history query \"select started_at, exp(y) / 1000 as p99_ms from runs join metrics on run_id = id where metric = 'p99' and step = ''\"",
    )
    .action(async (text: string, flags: StoreFlags) => {
      const stop = interrupts.take()
      const rows = await withHistory(flags.store, host.cwd, (store) => store.query(text, stop.signal), stop)
      const heads = Object.keys(rows[0] ?? {})
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(rows)}\n`
          : renderTextTable({
              title: formatAmount(rows.length, 'row'),
              heads,
              rows: rows.map((row) => Object.values(row).map(String)),
            }),
      )
    })
}

function addExport(history: Command, host: Host): void {
  filterOptions(subcommand(history, 'export', 'print runs as lines of JSON on stdout')).action(
    async (flags: ListFlags) => {
      await withHistory(flags.store, host.cwd, (store) =>
        exportHistory(store, filterOf(flags), (line) => host.stdout.write(line)),
      )
    },
  )
}

function addImport(history: Command, host: Host): void {
  subcommand(history, 'import', 'import lines of JSON from stdin; skips runs already stored')
    .addHelpText(
      'after',
      '\nExample:\n  proofload history export | proofload history import --store postgres://ci@db/proofload',
    )
    .action(async (flags: StoreFlags) => {
      const text = await host.readStdin()
      const { added, known } = await withHistory(flags.store, host.cwd, (store) => importHistory(store, text))
      host.stdout.write(`${added} added, ${known} already stored\n`)
    })
}

function addRollUp(history: Command, host: Host): void {
  subcommand(
    history,
    'roll-up',
    'merge the intervals of old runs into one-minute intervals; totals stay exact',
  )
    .requiredOption(
      '--before <date>',
      'only runs that began before this date, e.g. 2026-10-01',
      checked(requireDate),
    )
    .action(async (flags: StoreFlags & { readonly before: string }) => {
      const changed = await withHistory(flags.store, host.cwd, (store) => store.rollUp(flags.before, 60_000))
      host.stdout.write(`${formatAmount(changed, 'run')} rolled up\n`)
    })
}

function addForget(history: Command, host: Host): void {
  subcommand(history, 'forget', 'delete old runs')
    .requiredOption(
      '--before <date>',
      'only runs that began before this date, e.g. 2026-01-01',
      checked(requireDate),
    )
    .action(async (flags: StoreFlags & { readonly before: string }) => {
      const gone = await withHistory(flags.store, host.cwd, (store) => store.forget(flags.before))
      host.stdout.write(`${formatAmount(gone, 'run')} forgotten\n`)
    })
}

function requireDate(text: string): void {
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+Z?)?$/.test(text))
    throw new HarnessError('USAGE', `${text} is not a date`, {
      hint: 'Write it as 2026-11-21 or 2026-11-21T09:30:00Z.',
    })
}

function listText(rows: readonly HistoryRow[]): string {
  if (rows.length === 0) return 'no runs yet; `proofload run` stores each run here\n'
  return renderTextTable({
    title: formatAmount(rows.length, 'run'),
    heads: ['run', 'kind', 'scenario', 'started', 'duration', 'outcome', 'build'],
    rows: rows.map(({ id, kind, scenario, startedAt, loadMs, outcome, doubtful, build }) => [
      id,
      kind,
      scenario,
      startedAt,
      formatDurationMs(loadMs),
      doubtful ? `${outcomeText(outcome)}, possible regression` : outcomeText(outcome),
      build ?? '-',
    ]),
  })
}
