import type { Command } from 'commander'
import { writeFirstScenario, writeLastScenario } from '../app/init.ts'
import { HarnessError } from '../base/errors.ts'
import type { CommandContext } from './command-context.ts'

interface InitFlags {
  readonly target?: string
  readonly fromLast?: boolean
  readonly reports: string
}

const EXAMPLES = `
Examples:
  proofload init scenarios/checkout.ts --target http://127.0.0.1:8080
  proofload init scenarios/orders.yaml --from-last`

/** `proofload init` */
export function addInitCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('[file]', 'scenario file to write', 'scenarios/first.ts')
    .option('--target <url>', 'URL of your server (default: the embedded sandbox)')
    .option('--from-last', 'make it of the last run of URLs (.ts, .yaml or .json, by the name of the file)')
    .option('--reports <folder>', 'folder in which that run is', 'reports')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { target, fromLast, reports }: InitFlags) => {
      if (fromLast === true && target !== undefined)
        throw new HarnessError(
          'USAGE',
          '--from-last and --target cannot be combined: a run has its own URL',
          {
            hint: 'Leave one of them out.',
          },
        )
      const secrets = fromLast === true ? await writeLastScenario(file, reports, host.cwd) : []
      if (fromLast !== true) await writeFirstScenario(file, target ?? null, host.cwd)
      host.stdout.write(`Wrote ${file}. Next: proofload run ${file}\n`)
      for (const name of secrets) host.stdout.write(`Set ${name} in the environment first.\n`)
      exit(0)
    })
}
