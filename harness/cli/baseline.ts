/** `proofload baseline ...`: one subcommand for each thing that can be done with approved runs. */
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
import { compareBaselines, selfTest } from '../app/compare/compare.ts'
import { formatAmount } from '../base/units.ts'
import type { Baseline } from '../model/baseline.ts'
import type { Host } from '../ports/host.ts'
import { comparisonTable } from '../reporters/rows.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { BaselineAddress } from '../store/baselines.ts'
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
export function addBaselineCommand(program: Command, host: Host): void {
  const baseline = program.command('baseline').description('approved runs that later ones are compared with')
  addApprove(baseline, host)
  addList(baseline, host)
  addShow(baseline, host)
  addDiff(baseline, host)
  addRename(baseline, host)
  addPrune(baseline, host)
  addSelfTest(baseline, host)
}

function addApprove(baseline: Command, host: Host): void {
  subcommand(baseline, 'approve', 'let a run into a baseline, and begin one with it if there is none')
    .argument('<run>', 'folder of a run, or its run.json')
    .option('--name <name>', 'which baseline', MAIN)
    .option('--reason <text>', 'why it is good enough; needed unless the run is GO')
    .option('--by <who>', 'who approves; the user of this machine unless said')
    .option('--build <id>', 'commit or whatever else names the build')
    .option('--start-over', 'let all other runs go: scenario, load or machine have changed')
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
  subcommand(baseline, 'list', 'all baselines').action(async (flags: FolderFlags) => {
    const found = await allBaselines(resolve(host.cwd, flags.folder))
    const rows = found.map(({ scenario, name, runs }) => ({
      scenario,
      name,
      runs: runs.length,
      newest: newestOf(runs),
    }))
    print(host, flags, rows, () =>
      rows.length === 0
        ? 'no baselines; make one with: proofload baseline approve reports/<scenario>/<runId>\n'
        : `${table(
            ['scenario', 'name', 'runs', 'newest'],
            rows.map((row) => Object.values(row).map(String)),
          )}\n`,
    )
  })
}

function addShow(baseline: Command, host: Host): void {
  subcommand(baseline, 'show', 'what a baseline holds, and how noisy it has found this machine')
    .argument('<scenario>')
    .option('--name <name>', 'which baseline', MAIN)
    .action(async (scenario: string, flags: NameFlags) => {
      const found = await requireBaseline(addressOf(host, scenario, flags))
      print(host, flags, found, () => showText(found))
    })
}

function addDiff(baseline: Command, host: Host): void {
  subcommand(baseline, 'diff', 'compare the runs of two baselines')
    .argument('<scenario>')
    .argument('<name>', 'the baseline that is the measure')
    .argument('<other>', 'the baseline that is judged')
    .action(async (scenario: string, name: string, other: string, flags: FolderFlags) => {
      const [a, b] = await Promise.all(
        [name, other].map((each) => requireBaseline(addressOf(host, scenario, { ...flags, name: each }))),
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
  subcommand(baseline, 'rename', 'give a baseline another name')
    .argument('<scenario>')
    .argument('<name>')
    .argument('<new-name>')
    .action(async (scenario: string, name: string, newName: string, flags: FolderFlags) => {
      await renameBaseline(addressOf(host, scenario, { ...flags, name }), newName)
      print(
        host,
        flags,
        { scenario, name: newName },
        () => `${scenario}/${name} is now ${scenario}/${newName}\n`,
      )
    })
}

function addPrune(baseline: Command, host: Host): void {
  subcommand(baseline, 'prune', 'let all but the newest sessions go')
    .argument('<scenario>')
    .option('--name <name>', 'which baseline', MAIN)
    .requiredOption('--keep <n>', 'sessions to keep', wholeNumber(1, 1_000))
    .action(async (scenario: string, flags: NameFlags & { readonly keep: number }) => {
      const pruned = await pruneBaseline(addressOf(host, scenario, flags), flags.keep)
      print(host, flags, pruned, () => `${scenario}/${flags.name}: ${contentsText(pruned)}\n`)
    })
}

function addSelfTest(baseline: Command, host: Host): void {
  subcommand(
    baseline,
    'selftest',
    'judge every run of a baseline by the others: how often does this machine raise false alarms?',
  )
    .argument('<scenario>')
    .option('--name <name>', 'which baseline', MAIN)
    .action(async (scenario: string, flags: NameFlags) => {
      const found = await requireBaseline(addressOf(host, scenario, flags))
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

function addressOf(host: Host, scenario: string, { folder, name }: NameFlags): BaselineAddress {
  return { folder: resolve(host.cwd, folder), scenario, name }
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
    .option('--folder <folder>', 'where baselines are', BASELINES_FOLDER)
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
    ? 'noise from session to session: not known yet, four sessions are needed; defaults are assumed'
    : `noise from session to session: ${learned.join(', ')}`
}

function table(heads: string[], rows: readonly string[][]): string {
  return renderTextTable({ title: '', heads, rows }).trimEnd()
}
