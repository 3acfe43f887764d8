import type { Command } from 'commander'
import { withBuiltIn } from '../analysis/built-in-objectives.ts'
import { judge } from '../analysis/judge.ts'
import { parseObjectives } from '../analysis/objective-grammar.ts'
import { HarnessError } from '../base/errors.ts'
import { verdictDocument } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import { renderVerdict } from '../reporters/console.ts'
import { readRunRecord } from '../store/stored-run.ts'

interface JudgeFlags {
  readonly objectives?: string[]
  readonly strict?: boolean
  readonly json?: boolean
}

/** `proofload judge` */
export function addJudgeCommand(program: Command, host: Host, exit: (status: number) => void): void {
  program
    .command('judge')
    .argument('<run>', 'folder of a stored run, or its run.json')
    .description('judge a stored run again, under other objectives')
    .option('--objectives <expect...>', "objectives instead of the run's own")
    .option('--strict', 'cautions make the verdict INCONCLUSIVE')
    .option('--json', 'print the verdict as one JSON document on stdout')
    .addHelpText(
      'after',
      "\nExample:\n  proofload judge reports/checkout/20261121-093005-4f2a --objectives 'p99(response_time) < 80ms'",
    )
    .action(async (run: string, flags: JudgeFlags) => {
      const record = await readRunRecord(run, host.cwd)
      const { objectives, problems } = parseObjectives(flags.objectives ?? [], '--objectives')
      if (problems.length > 0)
        throw new HarnessError('OBJECTIVE_INVALID', 'an objective cannot be read', { problems })
      const verdict = judge(record, {
        strict: flags.strict === true,
        ...(flags.objectives === undefined ? {} : { objectives: withBuiltIn(objectives) }),
      })
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(verdictDocument(verdict))}\n`
          : renderVerdict({ verdict }, host.stdout.hasColours),
      )
      exit(verdict.exitCode)
    })
}
