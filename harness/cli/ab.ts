import type { Command } from 'commander'
import { compareBuilds } from '../app/compare/ab.ts'
import { tellGithub } from '../app/reports/github-summary.ts'
import type { FinishedRun } from '../app/run/publish.ts'
import { HarnessError } from '../base/errors.ts'
import { visible } from '../base/visible.ts'
import type { Host } from '../ports/host.ts'
import { renderVerdict } from '../reporters/console.ts'
import type { CommandContext } from './command-context.ts'
import { pairsProgress } from './pairs-progress.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags, wholeNumber } from './scenario-options.ts'
import {
  addVerdictOptions,
  requireFittingHistory,
  type VerdictFlags,
  verdictSettingsOf,
} from './verdict-options.ts'

interface AbFlags extends ScenarioFlags, LogFlags, VerdictFlags {
  readonly threads?: number
  readonly out: string
  readonly json?: boolean
}

const HELP = `
The two URLs are the targets of the runs. Objectives of the scenario are not judged: nothing is asked of the candidate but
that it is no worse than the baseline.

Examples:
  proofload ab http://127.0.0.1:7070 http://127.0.0.1:7071 scenarios/smoke.ts --duration 30s
  proofload ab http://127.0.0.1:7070 http://127.0.0.1:7071 scenarios/smoke.ts --report markdown,junit --retries 1`

/** `proofload ab` */
export function addAbCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command
    .argument('<baseline-url>', 'URL of the build to compare against')
    .argument('<candidate-url>', 'URL of the build to judge')
    .argument('<scenario>', 'scenario file or URL')
  addVerdictOptions(addLogOptions(addScenarioOptions(command)))
    .option('--threads <n>', 'worker threads (default: cores - 1)', wholeNumber(1, 256))
    .option('--out <folder>', 'folder for the reports', 'reports')
    .option('--json', 'print the comparison, its outcome and its files as one JSON document on stdout')
    .addHelpText('after', HELP)
    .action(async (baselineUrl: string, candidateUrl: string, source: string, flags: AbFlags) => {
      requireFitting(flags)
      const stop = interrupts.take()
      const progress = new RunConsole(host, flags, stop)
      const request = {
        baselineUrl,
        candidateUrl,
        source,
        overrides: overridesOf(flags),
        threads: flags.threads ?? null,
        outDir: flags.out,
        ...verdictSettingsOf(flags),
        stop,
      }
      const compared = await compareBuilds(
        request,
        progress.host,
        progress,
        pairsProgress(progress.say),
      ).finally(() => progress.done())
      host.stdout.write(
        flags.json === true ? `${JSON.stringify(documentOf(compared))}\n` : textOf(compared, host),
      )
      if (flags.report.includes('github')) await tellGithub(compared, host, progress.say)
      exit(compared.verdict.exitCode)
    })
}

/** Checks that the flags fit a comparison of two builds. @throws HarnessError USAGE when they do not */
function requireFitting(flags: AbFlags): void {
  requireFittingHistory(flags)
  if (flags.target !== undefined)
    throw new HarnessError('USAGE', '--target cannot be used with ab: its two URLs are the targets', {
      hint: 'Give the URL of the build as the first or the second argument, and leave out --target.',
    })
}

function documentOf({ verdict, files }: FinishedRun): object {
  const { comparison, runId, outcome, exitCode, attempts, reasons, cautions } = verdict
  return { ...comparison, runId, outcome, exitCode, attempts, reasons, cautions, files }
}

function textOf(compared: FinishedRun, { stdout }: Host): string {
  const reason = compared.verdict.comparison?.reason ?? ''
  return `\nthe candidate beside the baseline: ${visible(reason)}\n${renderVerdict(compared, stdout.hasColours)}`
}
