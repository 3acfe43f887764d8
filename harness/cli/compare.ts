import type { Command } from 'commander'
import { compareDocument } from '../app/compare/compare.ts'
import type { CommandContext } from './command-context.ts'

/** `proofload compare` */
export function addCompareCommand(command: Command, { host }: CommandContext): void {
  command
    .requiredOption('--json', 'print JSON; required, as there is no other format')
    .addHelpText('after', '\nExample:\n  proofload compare --json < cases.json')
    .action(async () => {
      for (const line of compareDocument(await host.readStdin())) host.stdout.write(`${line}\n`)
    })
}
