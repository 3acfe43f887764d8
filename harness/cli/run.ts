import type { Command } from 'commander'
import { autoBaseline, BASELINES_FOLDER, beginBaseline, namedBaseline } from '../app/compare/baselines.ts'
import { runAndConfirm } from '../app/compare/confirm.ts'
import type { PairsObserver } from '../app/compare/pairs.ts'
import { runAndRerun } from '../app/compare/rerun.ts'
import { tellGithub } from '../app/reports/github-summary.ts'
import { describePlan } from '../app/run/describe-plan.ts'
import { preparePlan } from '../app/run/prepare.ts'
import type { RunProgress } from '../app/run/progress.ts'
import type { FinishedRun } from '../app/run/publish.ts'
import type { RunRequest } from '../app/run/request.ts'
import { runScenario } from '../app/run/run.ts'
import { threadsOf } from '../app/run/threads.ts'
import { HarnessError } from '../base/errors.ts'
import type { StopSwitch } from '../base/stop-request.ts'
import { verdictDocument } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import { renderVerdict } from '../reporters/console.ts'
import type { CommandContext } from './command-context.ts'
import { addUiOptions, onDashboard, type UiFlags } from './dashboard-options.ts'
import { stateOption } from './emergency.ts'
import { pairsProgress } from './pairs-progress.ts'
import { addPoolOptions, type PoolFlags, poolOf, requireFittingPool } from './pool-options.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags, wholeNumber } from './scenario-options.ts'
import {
  addVerdictOptions,
  requireFittingHistory,
  type VerdictFlags,
  verdictSettingsOf,
} from './verdict-options.ts'

interface RunFlags extends ScenarioFlags, LogFlags, UiFlags, VerdictFlags, PoolFlags {
  readonly out: string
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly baseline?: string
  readonly confirm?: boolean
  readonly rerun?: boolean
  readonly baselines: string
  readonly armRollback?: boolean
}

const EXAMPLES = `
Examples:
  proofload run scenarios/checkout.ts
  proofload run scenarios/checkout.ts --target http://127.0.0.1:8080 --agents 100 --duration 2m
  proofload run http://127.0.0.1:8080/ --agents 50 --duration 10s
  proofload run http://127.0.0.1:8080/ --rate 500/s --duration 30s --json > verdict.json
  proofload run scenarios/checkout.ts --baseline main --strict
  proofload run scenarios/checkout.ts --report markdown,junit --report github
  proofload run scenarios/checkout.ts --ui
  proofload run scenarios/checkout.ts --on nats://broker:4222/main --workers 3
  proofload run scenarios/checkout.ts --on local --workers 3
  proofload run scenarios/checkout.ts --dry-run --seed 7`

/** `proofload run` */
export function addRunCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command.argument('<scenario>', 'scenario file (.ts, .js, .yaml, .json) or URL')
  addPoolOptions(addVerdictOptions(addUiOptions(addLogOptions(addScenarioOptions(command)))))
    .option('--threads <n>', 'worker threads (default: cores - 1)', wholeNumber(1, 256))
    .option('--out <folder>', 'folder for the reports', 'reports')
    .option('--baseline <name>', 'compare with an approved baseline (see: proofload baseline)')
    .option(
      '--confirm',
      'confirm a possible regression with up to five pairs of runs (needs `builds` in the scenario)',
    )
    .option(
      '--rerun',
      'confirm a possible regression with up to three more runs, when the baseline build cannot be run',
    )
    .option('--baselines <folder>', 'folder of the baselines', BASELINES_FOLDER)
    .addOption(stateOption())
    .option('--arm-rollback', 'on NO-GO, run the rollback of the scenario')
    .option('--json', 'print the verdict as one JSON document on stdout')
    .option('--dry-run', 'print the resolved plan, its hash and its shares; send nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, flags: RunFlags) => {
      requireFitting(flags)
      exit(
        flags.dryRun ? await dryRun(source, flags, host) : await run(source, flags, host, interrupts.take()),
      )
    })
}

/** Checks that the flags fit together. @throws HarnessError USAGE when they do not */
function requireFitting(flags: RunFlags): void {
  const { baseline, confirm, rerun } = flags
  requireFittingHistory(flags)
  requireFittingPool(flags)
  if (flags.uiToken !== undefined && flags.ui === undefined)
    throw new HarnessError('USAGE', '--ui-token needs --ui: no dashboard is served', {
      hint: 'Add --ui, or leave out --ui-token.',
    })
  for (const [flag, isAsked] of Object.entries({ '--confirm': confirm, '--rerun': rerun }))
    if (isAsked === true && baseline === undefined)
      throw new HarnessError('USAGE', `${flag} needs a --baseline`, {
        hint: `Name the baseline to compare with: --baseline main ${flag}.`,
      })
  if (confirm === true && rerun === true)
    throw new HarnessError(
      'USAGE',
      '--confirm and --rerun cannot be combined: both confirm a possible regression',
      {
        hint: 'Use --confirm when the baseline build can be run again (`builds` of the scenario), otherwise --rerun.',
      },
    )
}

async function run(source: string, flags: RunFlags, host: Host, stop: StopSwitch): Promise<number> {
  const progress = new RunConsole(host, flags, stop)
  let announced: number | null = null
  const request = {
    source,
    overrides: overridesOf(flags),
    threads: flags.threads ?? null,
    outDir: flags.out,
    ...verdictSettingsOf(flags),
    state: flags.state,
    within: null,
    pool: poolOf(flags),
    enforce: { arming: flags.armRollback === true ? ('asked' as const) : ('by-scenario' as const) },
    stop,
    async onJudged({ verdict, files, failures }: FinishedRun) {
      announced = verdict.exitCode
      progress.done()
      // The verdict belongs on the normal screen, so the full screen has to be left first. A pipe has none, and may have no reader.
      if (host.stderr.isTerminal) await host.stderr.caughtUp?.()
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(verdictDocument(verdict, files))}\n`
          : renderVerdict({ verdict, files, failures }, host.stdout.hasColours),
      )
    },
  }
  const shown = progress.host
  const running = onDashboard(flags, { host: shown, stop }, progress, () =>
    startRun(request, flags, shown, progress, pairsProgress(progress.say)),
  )
  const finished = await running.finally(() => progress.done())
  const begun = await beginBaseline(finished, flags.baselines, host)
  if (begun !== null) progress.say(`this run starts the baseline ${begun}: commit that file`)
  // Printed despite --quiet: the run has written less than it was asked for.
  if (flags.quiet === true) for (const failure of finished.failures) host.stderr.write(`${failure}\n`)
  if (flags.report.includes('github')) await tellGithub(finished, host, progress.say)
  const { exitCode } = finished.verdict
  // What came after the verdict could not all be written: it has no longer the last word.
  if (announced !== null && exitCode !== announced) host.stderr.write(`exit status ${exitCode}\n`)
  return exitCode
}

/** Starts the run that the flags ask for: alone, compared with a baseline, or with pairs that confirm a regression. */
function startRun(
  request: Omit<RunRequest, 'compare'>,
  flags: RunFlags,
  host: Host,
  progress: RunProgress,
  observer: PairsObserver,
): Promise<FinishedRun> {
  if (flags.baseline === undefined) {
    const compare = autoBaseline({ folder: flags.baselines }, host.cwd)
    return runScenario({ ...request, compare }, host, progress)
  }
  const baseline = { name: flags.baseline, folder: flags.baselines }
  if (flags.confirm === true) return runAndConfirm({ ...request, baseline }, host, progress, observer)
  if (flags.rerun === true) return runAndRerun({ ...request, baseline }, host, progress)
  const compare = namedBaseline(baseline, host.cwd)
  return runScenario({ ...request, compare }, host, progress)
}

async function dryRun(source: string, flags: RunFlags, host: Host): Promise<number> {
  const prepared = await preparePlan(source, overridesOf(flags), host)
  const described = describePlan(prepared, threadsOf(prepared.plan, flags.threads ?? null, host.cores))
  host.stdout.write(
    flags.json === true ? `${JSON.stringify(described)}\n` : `${JSON.stringify(described, null, 2)}\n`,
  )
  return 0
}
