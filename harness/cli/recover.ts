import type { Command } from 'commander'
import { recoverRun } from '../app/stored/recover.ts'
import { verdictDocument } from '../model/verdict.ts'
import { renderVerdict } from '../reporters/console.ts'
import type { CommandContext } from './command-context.ts'

/** `proofload recover` */
export function addRecoverCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('<run>', 'folder of a run whose process was killed')
    .option('--json', 'print the verdict as one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  proofload recover reports/checkout/20261121-093005-4f2a')
    .action(async (run: string, flags: { readonly json?: boolean }) => {
      const { verdict, files, failures } = await recoverRun(run, host)
      if (flags.json === true) for (const failure of failures) host.stderr.write(`${failure}\n`)
      host.stdout.write(
        flags.json === true
          ? `${JSON.stringify(verdictDocument(verdict, files))}\n`
          : renderVerdict({ verdict, files, failures }, host.stdout.hasColours),
      )
      exit(verdict.exitCode)
    })
}
