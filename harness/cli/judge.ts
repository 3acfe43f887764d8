import type { Command } from 'commander'
import { BASELINES_FOLDER } from '../app/compare/baselines.ts'
import { judgeStored } from '../app/stored/judge-stored.ts'
import { verdictDocument } from '../model/verdict.ts'
import { renderVerdict } from '../reporters/console.ts'
import type { CommandContext } from './command-context.ts'

interface JudgeFlags {
  readonly objectives?: string[]
  readonly baseline?: string
  readonly baselines: string
  readonly strict?: boolean
  readonly json?: boolean
}

/** `proofload judge` */
export function addJudgeCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('<run>', 'folder of a stored run, or its run.json')
    .option('--objectives <expect...>', "objectives instead of the run's own")
    .option('--baseline <name>', 'compare the run with this baseline instead')
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
        baseline: flags.baseline === undefined ? null : { name: flags.baseline, folder: flags.baselines },
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
