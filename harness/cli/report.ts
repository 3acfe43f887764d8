import type { Command } from 'commander'
import { reports } from '../app/reports/documents.ts'
import { reportRun, STDOUT } from '../app/stored/report-stored.ts'
import type { CommandContext } from './command-context.ts'

const HELP = `
Examples:
  proofload report reports/checkout/20261121-093005-4f2a
  proofload report reports/checkout/20261121-093005-4f2a --as junit --out junit.xml
  proofload report reports/checkout/20261121-093005-4f2a --as csv | head
  proofload report reports/checkout/20261121-093005-4f2a --as png --out charts

Exit status: 0 when the report was written, whatever the verdict.`

/** `proofload report` */
export function addReportCommand(command: Command, { host }: CommandContext): void {
  command
    .argument('<run>', 'folder of a stored run, or its run.json')
    .option('--as <name>', reports.names.join(', '), 'markdown')
    .option('--out <file>', 'output file, or folder for png; - for standard output', STDOUT)
    .addHelpText('after', HELP)
    .action((run: string, flags: { readonly as: string; readonly out: string }) =>
      reportRun({ run, name: flags.as, out: flags.out }, host),
    )
}
