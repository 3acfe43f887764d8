import type { Command } from 'commander'
import { compareDocument } from '../app/compare/compare.ts'
import type { Host } from '../ports/host.ts'

/** `proofload compare` */
export function addCompareCommand(program: Command, host: Host): void {
  program
    .command('compare')
    .description(
      'judge runs measured elsewhere: reads a comparison document from stdin, prints one line of JSON per case',
    )
    .requiredOption('--json', 'print JSON; required, as there is no other format')
    .addHelpText('after', '\nExample:\n  proofload compare --json < cases.json')
    .action(async () => {
      for (const line of compareDocument(await host.readStdin())) host.stdout.write(`${line}\n`)
    })
}
