import type { Command } from 'commander'
import { BASELINES_FOLDER } from '../app/compare/baselines.ts'
import type { BaselineRef } from '../app/compare/compare.ts'
import { judgeStored } from '../app/stored/judge-stored.ts'
import { HarnessError } from '../base/errors.ts'
import { verdictDocument } from '../model/verdict.ts'
import { renderVerdict } from '../reporters/console.ts'
import type { CommandContext } from './command-context.ts'

interface JudgeFlags {
  readonly objectives?: string[]
  readonly baseline?: string
  readonly baselines: string
  readonly gateSteps?: boolean
  readonly strict?: boolean
  readonly json?: boolean
}

/** `proofload judge` */
export function addJudgeCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('<run>', 'folder of a stored run, or its run.json')
    .option('--objectives <expect...>', "objectives instead of the run's own")
    .option('--baseline <name>', 'compare the run with this baseline instead')
    .option('--gate-steps', 'let a regression of any single step fail the comparison')
    .option('--baselines <folder>', 'folder of the baselines', BASELINES_FOLDER)
    .option('--strict', 'cautions make the verdict INCONCLUSIVE')
    .option('--json', 'print the verdict as one JSON document on stdout')
    .addHelpText(
      'after',
      "\nExample:\n  proofload judge reports/checkout/20261121-093005-4f2a --objectives 'p99(response_time) < 80ms'",
    )
    .action(async (run: string, flags: JudgeFlags) => {
      const request = {
        run,
        strict: flags.strict === true,
        baseline: baselineOf(flags),
        objectives: flags.objectives ?? null,
      }
      const { verdict } = await judgeStored(request, host.cwd, (message) => host.stderr.write(`${message}\n`))
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(verdictDocument(verdict))}\n`
          : renderVerdict({ verdict }, host.stdout.hasColours),
      )
      exit(verdict.exitCode)
    })
}

/** Reads the baseline flags; null when no baseline was named. @throws HarnessError USAGE when --gate-steps has none */
function baselineOf({ baseline, baselines: folder, gateSteps = false }: JudgeFlags): BaselineRef | null {
  if (baseline !== undefined) return { name: baseline, folder, gateSteps }
  if (!gateSteps) return null
  throw new HarnessError('USAGE', '--gate-steps needs a --baseline', {
    hint: 'Name the baseline to compare with: --baseline main --gate-steps.',
  })
}
