/** `proofload baseline ...`: one subcommand for each operation on approved runs. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import {
  allBaselines,
  approveRun,
  BASELINES_FOLDER,
  pruneBaseline,
  renameBaseline,
  requireBaseline,
} from '../app/compare/baselines.ts'
import { addressOf, compareBaselines, selfTest } from '../app/compare/compare.ts'
import { formatAmount } from '../base/units.ts'
import type { Baseline } from '../model/baseline.ts'
import type { Host } from '../ports/host.ts'
import { comparisonTable } from '../reporters/tables/comparison-tables.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'
import { wholeNumber } from './scenario-options.ts'

interface FolderFlags {
  readonly folder: string
  readonly json?: boolean
}

interface NameFlags extends FolderFlags {
  readonly name: string
}

const MAIN = 'main'

/** `proofload baseline` */
export function addBaselineCommand(baseline: Command, { host }: CommandContext): void {
  addApprove(baseline, host)
  addList(baseline, host)
  addShow(baseline, host)
  addDiff(baseline, host)
  addRename(baseline, host)
  addPrune(baseline, host)
  addSelfTest(baseline, host)
}

function addApprove(baseline: Command, host: Host): void {
  subcommand(baseline, 'approve', 'add a run to a baseline; creates the baseline if there is none')
    .argument('<run>', 'folder of a run, or its run.json')
    .option('--name <name>', 'name of the baseline', MAIN)
    .option('--reason <text>', 'why the run is good enough; required unless its verdict is GO')
    .option('--by <who>', 'who approves (default: the current user)')
    .option('--build <id>', 'commit or other name of the build')
    .option(
      '--start-over',
      'drop the earlier runs of this baseline (use after scenario, load or machine changed)',
    )
    .addHelpText(
      'after',
      "\nExample:\n  proofload baseline approve reports/checkout/20261121-093005-4f2a --reason 'release 2.4'",
    )
    .action(async (run: string, flags: ApproveFlags) => {
      const { reason = null, by = null, build = null, startOver = false } = flags
      const approved = await approveRun({ ...flags, run, reason, by, build, startOver }, host)
      print(host, flags, approved, () => `${approved.file}: ${contentsText(approved.baseline)}\n`)
    })
}

function addList(baseline: Command, host: Host): void {
  subcommand(baseline, 'list', 'list all baselines').action(async (flags: FolderFlags) => {
    const found = await allBaselines(resolve(host.cwd, flags.folder))
    const rows = found.map(({ scenario, name, runs }) => ({
      scenario,
      name,
      runs: runs.length,
      newest: newestOf(runs),
    }))
    print(host, flags, rows, () =>
      rows.length === 0
        ? 'no baselines; create one with: proofload baseline approve reports/<scenario>/<runId>\n'
        : `${table(
            ['scenario', 'name', 'runs', 'newest'],
            rows.map((row) => Object.values(row).map(String)),
          )}\n`,
    )
  })
}

function addShow(baseline: Command, host: Host): void {
  subcommand(baseline, 'show', 'show the runs of a baseline and the noise between its sessions')
    .argument('<scenario>')
    .option('--name <name>', 'name of the baseline', MAIN)
    .action(async (scenario: string, flags: NameFlags) => {
      const found = await requireBaseline(addressOf(flags, scenario, host.cwd))
      print(host, flags, found, () => showText(found))
    })
}

function addDiff(baseline: Command, host: Host): void {
  subcommand(baseline, 'diff', 'compare the runs of two baselines')
    .argument('<scenario>')
    .argument('<name>', 'baseline to compare against')
    .argument('<other>', 'baseline to judge')
    .action(async (scenario: string, name: string, other: string, flags: FolderFlags) => {
      const [a, b] = await Promise.all(
        [name, other].map((each) => requireBaseline(addressOf({ ...flags, name: each }, scenario, host.cwd))),
      )
      const comparison = compareBaselines(a as Baseline, b as Baseline)
      print(
        host,
        flags,
        comparison,
        () =>
          `${other} against ${name}: ${comparison.reason}\n${renderTextTable(comparisonTable(comparison))}\n`,
      )
    })
}

function addRename(baseline: Command, host: Host): void {
  subcommand(baseline, 'rename', 'rename a baseline')
    .argument('<scenario>')
    .argument('<name>')
    .argument('<new-name>')
    .action(async (scenario: string, name: string, newName: string, flags: FolderFlags) => {
      await renameBaseline(addressOf({ ...flags, name }, scenario, host.cwd), newName)
      print(
        host,
        flags,
        { scenario, name: newName },
        () => `${scenario}/${name} is now ${scenario}/${newName}\n`,
      )
    })
}

function addPrune(baseline: Command, host: Host): void {
  subcommand(baseline, 'prune', 'drop all but the newest sessions of a baseline')
    .argument('<scenario>')
    .option('--name <name>', 'name of the baseline', MAIN)
    .requiredOption('--keep <n>', 'sessions to keep', wholeNumber(1, 1_000))
    .action(async (scenario: string, flags: NameFlags & { readonly keep: number }) => {
      const pruned = await pruneBaseline(addressOf(flags, scenario, host.cwd), flags.keep)
      print(host, flags, pruned, () => `${scenario}/${flags.name}: ${contentsText(pruned)}\n`)
    })
}

function addSelfTest(baseline: Command, host: Host): void {
  subcommand(
    baseline,
    'selftest',
    'judge every run of a baseline against the others, to see how often this machine raises false alarms',
  )
    .argument('<scenario>')
    .option('--name <name>', 'name of the baseline', MAIN)
    .action(async (scenario: string, flags: NameFlags) => {
      const found = await requireBaseline(addressOf(flags, scenario, host.cwd))
      const result = selfTest(found)
      print(
        host,
        flags,
        result,
        () =>
          `${result.suspects.length} of ${result.runs} runs of one build would have been suspect, ${result.regressed.length} NO-GO\n${noiseText(found)}\n`,
      )
    })
}

function print(host: Host, flags: FolderFlags, value: unknown, text: () => string): void {
  host.stdout.write(flags.json === true ? `${JSON.stringify(value)}\n` : text())
}

interface ApproveFlags extends NameFlags {
  readonly reason?: string
  readonly by?: string
  readonly build?: string
  readonly startOver?: boolean
}

function subcommand(parent: Command, name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .option('--folder <folder>', 'folder of the baselines', BASELINES_FOLDER)
    .option('--json', 'print one JSON document on stdout')
  parent.addCommand(command)
  return command
}

function contentsText({ runs }: Baseline): string {
  const sessions = new Set(runs.map(({ session }) => session)).size
  return `${formatAmount(runs.length, 'run')} of ${formatAmount(sessions, 'session')}`
}

function newestOf(runs: Baseline['runs']): string {
  return runs.at(-1)?.startedAt ?? '-'
}

function showText(baseline: Baseline): string {
  const { scenario, name, environment, runs } = baseline
  const { cpuModel, cores, memoryGib, kernel, node } = environment
  const rows = runs.map(({ id, startedAt, build, outcome, approved, summaries }) => [
    id,
    startedAt,
    build ?? '-',
    outcome,
    String(summaries.all.requests),
    `${approved.by}: ${approved.reason}`,
  ])
  return [
    `${scenario}/${name}: ${contentsText(baseline)}`,
    `on ${cores} x ${cpuModel}, ${memoryGib} GiB, kernel ${kernel}, node ${node}`,
    table(['run', 'started', 'build', 'outcome', 'requests', 'approved'], rows),
    noiseText(baseline),
    '',
  ].join('\n')
}

function noiseText({ noise }: Baseline): string {
  const learned = Object.entries(noise).map(([metric, { s0 }]) => `${metric} ${(100 * s0).toFixed(1)} %`)
  return learned.length === 0
    ? 'noise between sessions: not known yet (four sessions are needed); defaults are assumed'
    : `noise between sessions: ${learned.join(', ')}`
}

function table(heads: string[], rows: readonly string[][]): string {
  return renderTextTable({ title: '', heads, rows }).trimEnd()
}
