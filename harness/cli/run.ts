import type { Command } from 'commander'
import { autoBaseline, BASELINES_FOLDER, beginBaseline, namedBaseline } from '../app/compare/baselines.ts'
import { runAndConfirm } from '../app/compare/confirm.ts'
import type { PairsObserver } from '../app/compare/pairs.ts'
import { runAndRerun } from '../app/compare/rerun.ts'
import { tellGithub } from '../app/reports/github-summary.ts'
import { describePlan } from '../app/run/describe-plan.ts'
import { type GivenLoad, givenLoad, givenOutputs } from '../app/run/given-load.ts'
import { preparePlan } from '../app/run/prepare.ts'
import type { RunProgress } from '../app/run/progress.ts'
import type { FinishedRun } from '../app/run/publish.ts'
import type { RunRequest } from '../app/run/request.ts'
import { runScenario } from '../app/run/run.ts'
import { threadsOf } from '../app/run/threads.ts'
import { reportPlaceOf } from '../app/serve/report-place.ts'
import { HarnessError } from '../base/errors.ts'
import type { StopSwitch } from '../base/stop-request.ts'
import type { RunRecord } from '../model/run-record.ts'
import { type Verdict, verdictDocument } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import { renderVerdict } from '../reporters/console.ts'
import { urlTables } from '../reporters/tables/url-tables.ts'
import type { UrlFlags } from '../scenario/from-url/url-source.ts'
import type { CommandContext } from './command-context.ts'
import { addUiOptions, onDashboard, requireFittingUi, type UiFlags } from './dashboard-options.ts'
import { stateOption } from './emergency.ts'
import { pairsProgress } from './pairs-progress.ts'
import { addPoolOptions, type PoolFlags, poolOf, requireFittingPool } from './pool-options.ts'
import { withPresetFlags } from './preset-options.ts'
import { addRequestOptions, urlFlagsOf } from './request-options.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import {
  addScenarioOptions,
  collected,
  overridesOf,
  type ScenarioFlags,
  wholeNumber,
} from './scenario-options.ts'
import {
  addVerdictOptions,
  requireFittingHistory,
  type VerdictFlags,
  verdictSettingsOf,
} from './verdict-options.ts'

interface RunFlags extends ScenarioFlags, LogFlags, UiFlags, VerdictFlags, PoolFlags, UrlFlags {
  readonly out: string
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly baseline?: string
  readonly confirm?: boolean
  readonly rerun?: boolean
  readonly baselines: string
  readonly armRollback?: boolean
  readonly output?: string[]
}

const EXAMPLES = `
Examples:
  proofload run scenarios/checkout.ts
  proofload run scenarios/checkout.ts --target http://127.0.0.1:8080 --agents 100 --duration 2m
  proofload run http://127.0.0.1:8080/ --agents 50 --duration 10s
  proofload run http://127.0.0.1:8080/ --rate 500/s --duration 30s --json > verdict.json
  proofload run http://127.0.0.1:8080/orders -X POST -H 'Authorization: Bearer env:TOKEN' -d @order.json -c 20 -z 30
  proofload run http://127.0.0.1:8080/ -n 1000 -c 20
  proofload run --urls urls.txt --rate 200
  proofload run --curl "curl -k -H 'Accept: text/html' https://127.0.0.1:8443/"
  proofload run scenarios/checkout.ts --baseline main --strict
  proofload run scenarios/checkout.ts --report markdown,junit --report github
  proofload run scenarios/checkout.ts --ui
  proofload run scenarios/checkout.ts --output prometheus
  proofload run scenarios/checkout.ts --output remote-write=http://127.0.0.1:9090/api/v1/write
  proofload run scenarios/checkout.ts --on nats://broker:4222/main --workers 3
  proofload run scenarios/checkout.ts --on local --workers 3
  proofload run scenarios/checkout.ts --on nats://broker:4222/main --run-id nightly-2026-11-21
  proofload run scenarios/checkout.ts --dry-run --seed 7`

const REQUESTS_MAX = 1_000_000_000

/** `proofload run` */
export function addRunCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command.argument('[scenario...]', 'scenario file (.ts, .js, .yaml, .json), or URLs')
  addScenarioOptions(command)
  addPoolOptions(addVerdictOptions(addUiOptions(addLogOptions(command))))
  addRequestOptions(command)
    .option(
      '-n, --requests <n>',
      'number of requests after which the run ends (default: it ends by its duration)',
      wholeNumber(1, REQUESTS_MAX),
    )
    .optionsGroup('Options:')
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
    .option(
      '--output <name=place>',
      'send figures to a monitoring system while load runs, e.g. prometheus, remote-write=URL (repeatable)',
      collected,
    )
    .option('--json', 'print the verdict as one JSON document on stdout')
    .option('--dry-run', 'print the resolved plan, its hash and its shares; send nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string[], written: RunFlags) => {
      const flags = await withPresetFlags(written, command, host)
      requireFitting(flags)
      const load = givenLoad(
        given,
        urlFlagsOf(flags),
        { ...overridesOf(flags), ...givenOutputs(flags.output) },
        host,
      )
      exit(flags.dryRun ? await dryRun(load, flags) : await run(load, flags, interrupts.take()))
    })
}

/** Checks that the flags fit together. @throws HarnessError USAGE when they do not */
function requireFitting(flags: RunFlags): void {
  const { baseline, confirm, rerun } = flags
  requireFittingHistory(flags)
  requireFittingUi(flags)
  requireFittingPool(flags)
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

async function run({ scenario, host }: GivenLoad, flags: RunFlags, stop: StopSwitch): Promise<number> {
  const progress = new RunConsole(host, flags, stop)
  let announced: number | null = null
  const request = {
    ...scenario,
    threads: flags.threads ?? null,
    outDir: flags.out,
    ...verdictSettingsOf(flags),
    state: flags.state,
    within: null,
    pool: poolOf(flags),
    runId: flags.runId,
    enforce: { arming: flags.armRollback === true ? ('asked' as const) : ('by-scenario' as const) },
    stop,
    async onJudged({ record, verdict, files, failures }: FinishedRun) {
      announced = verdict.exitCode
      progress.done()
      // The verdict belongs on the normal screen, so the full screen has to be left first. A pipe has none, and may have no reader.
      if (host.stderr.isTerminal) await host.stderr.caughtUp?.()
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(verdictDocument(verdict, files))}\n`
          : renderVerdict(
              { verdict, files, failures, ...endOfUrls(record, verdict) },
              host.stdout.hasColours,
            ),
      )
    },
  }
  const shown = progress.host
  const running = onDashboard(
    flags,
    { host: shown, stop },
    progress,
    () => startRun(request, flags, shown, progress, pairsProgress(progress.say)),
    (feed, { verdict, files }) => feed.judged(verdict, reportPlaceOf(files, null)),
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

/** Returns the tables and the advice with which a run without a scenario file ends. */
function endOfUrls(record: RunRecord, verdict: Verdict): Partial<Parameters<typeof renderVerdict>[0]> {
  if (record.scenarioHash !== null) return {}
  return {
    tables: urlTables(record, verdict),
    next: 'make a scenario of this run: proofload init scenarios/mine.ts --from-last',
  }
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

async function dryRun({ scenario, host }: GivenLoad, flags: RunFlags): Promise<number> {
  const prepared = await preparePlan(scenario.source, scenario.overrides, host)
  const described = describePlan(prepared, threadsOf(prepared.plan, flags.threads ?? null, host.cores))
  host.stdout.write(
    flags.json === true ? `${JSON.stringify(described)}\n` : `${JSON.stringify(described, null, 2)}\n`,
  )
  return 0
}
