import type { Command } from 'commander'
import { compareBuilds } from '../app/compare/ab.ts'
import type { Level } from '../model/comparison.ts'
import { comparisonTable } from '../reporters/tables/comparison-tables.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'
import { pairsProgress } from './pairs-progress.ts'
import { addLogOptions, type LogFlags, RunConsole } from './run-console.ts'
import { addScenarioOptions, overridesOf, type ScenarioFlags, wholeNumber } from './scenario-options.ts'

interface AbFlags extends ScenarioFlags, LogFlags {
  readonly threads?: number
  readonly out: string
  readonly json?: boolean
}

const EXIT_STATUS: Readonly<Record<Level, number>> = { ok: 0, caution: 0, invalid: 3, 'no-go': 1 }
const VERDICTS: Readonly<Record<Level, string>> = {
  ok: 'GO',
  caution: 'GO, with a caution',
  invalid: 'INCONCLUSIVE',
  'no-go': 'NO-GO',
}

/** `proofload ab` */
export function addAbCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command
    .argument('<baseline-url>', 'URL of the build to compare against')
    .argument('<candidate-url>', 'URL of the build to judge')
    .argument('<scenario>', 'scenario file or URL')
  addLogOptions(addScenarioOptions(command))
    .option('--threads <n>', 'worker threads (default: cores - 1)', wholeNumber(1, 256))
    .option('--out <folder>', 'folder for the reports', 'reports')
    .option('--json', 'print the comparison as one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  proofload ab http://127.0.0.1:7070 http://127.0.0.1:7071 scenarios/smoke.ts --duration 30s',
    )
    .action(async (baselineUrl: string, candidateUrl: string, source: string, flags: AbFlags) => {
      const stop = interrupts.take()
      const progress = new RunConsole(host, flags, stop)
      const comparison = await compareBuilds(
        {
          baselineUrl,
          candidateUrl,
          source,
          overrides: overridesOf(flags),
          threads: flags.threads ?? null,
          outDir: flags.out,
          stop,
        },
        progress.host,
        progress,
        pairsProgress(progress.say),
      ).finally(() => progress.done())
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(comparison)}\n`
          : `${VERDICTS[comparison.level]}: ${comparison.reason}\n\n${renderTextTable(comparisonTable(comparison))}`,
      )
      exit(EXIT_STATUS[comparison.level])
    })
}
